import type { OAuthClientInformationMixed, OAuthDiscoveryState, OAuthTokens } from "@modelcontextprotocol/client";

export interface Kept {
	client?: OAuthClientInformationMixed;
	tokens?: OAuthTokens;
	verifier?: string;
	discovery?: OAuthDiscoveryState;
}

/** What an MCP client of either library keeps of its sign-in, and how it opens a person's browser. */
export function provider({
	redirectUrl,
	open,
	kept = {},
}: {
	redirectUrl: string;
	open(address: URL): void;
	kept?: Kept;
}) {
	const asked: URL[] = [];
	return {
		asked,
		kept,
		redirectUrl,
		clientMetadata: { client_name: "An MCP client", redirect_uris: [redirectUrl] },
		state: () => "a state",
		clientInformation: () => kept.client,
		saveClientInformation(client: Kept["client"]) {
			kept.client = client;
		},
		tokens: () => kept.tokens,
		saveTokens(tokens: Kept["tokens"]) {
			kept.tokens = tokens;
		},
		codeVerifier: () => kept.verifier ?? "",
		saveCodeVerifier(verifier: string) {
			kept.verifier = verifier;
		},
		discoveryState: () => kept.discovery,
		saveDiscoveryState(discovery: Kept["discovery"]) {
			kept.discovery = discovery;
		},
		invalidateCredentials() {
			kept.tokens = undefined;
		},
		redirectToAuthorization(address: URL) {
			asked.push(address);
			open(address);
		},
	};
}
