import { AiosError } from "../../../../core/contract/index.ts";
import type { Credentials } from "../../../../core/credentials/index.ts";
import type { CommunicationSettings } from "../settings.ts";
import { createDesktopPhone } from "./desktop.ts";
import type { PhoneProvider } from "./provider.ts";
import { createTwilio, type TwilioAccount, twilioAccountSchema } from "./twilio.ts";

export { type TwilioAccount, twilioAccountSchema } from "./twilio.ts";

export interface Phone {
	/** The provider of this person: Twilio where it is connected, else the desktop's phone link. Throws `missing_part`. */
	of(owner: string): Promise<PhoneProvider>;
	/** Keeps a Twilio account that answered. */
	connect(owner: string, account: TwilioAccount, signal: AbortSignal): Promise<void>;
	/** Forgets it; false where there was none. */
	disconnect(owner: string): Promise<boolean>;
	/** Program that opens tel: and sms: links, where there is one. */
	desktop(): string | undefined;
}

export function createPhone(deps: {
	settings: CommunicationSettings["phone"];
	credentials(): Promise<Credentials>;
	env: Readonly<Record<string, string>>;
	platform: NodeJS.Platform;
}): Phone {
	const { settings, credentials, env, platform } = deps;
	const desktop = createDesktopPhone({ env, platform });
	const secretName = (owner: string) => `twilio ${owner}`;

	async function stored(owner: string): Promise<TwilioAccount | undefined> {
		const kept = await (await credentials()).get(secretName(owner));
		return kept === undefined ? undefined : twilioAccountSchema.parse(JSON.parse(kept));
	}

	return {
		async of(owner) {
			const account = settings.provider === "desktop" ? undefined : await stored(owner);
			if (account !== undefined) return createTwilio(account, settings.twilioUrl);
			if (settings.provider !== "twilio" && desktop.opener() !== undefined) return desktop;
			throw new AiosError("missing_part", "No phone is connected.", {
				spoken: "I have no phone to call or write with. Connect Twilio, or link your phone to this desktop.",
				fix: "Connect Twilio with connect_phone, or link your phone to this desktop.",
			});
		},
		async connect(owner, account, signal) {
			await createTwilio(account, settings.twilioUrl).verify(signal);
			await (await credentials()).set(secretName(owner), JSON.stringify(account));
		},
		async disconnect(owner) {
			const kept = await credentials();
			const known = (await kept.get(secretName(owner))) !== undefined;
			await kept.delete(secretName(owner));
			return known;
		},
		desktop: () => desktop.opener(),
	};
}
