export { type MintedKey, mintKey, sha256 } from "./api-keys.ts";
export {
	type Authenticator,
	type AuthenticatorDeps,
	type CredentialSource,
	createAuthenticator,
	type Person,
	type StoredKey,
} from "./authenticator.ts";
export { type Keyring, openKeyring } from "./keyring.ts";
export { createLimiter, type Limiter } from "./limiter.ts";
export { createOneTimeTokens, type OneTimeTokens } from "./one-time.ts";
export { createPasswords, type Passwords, randomPassword } from "./passwords.ts";
export { builtInRoles, covers, intersect, permissionSchema, type Role } from "./permissions.ts";
export { createSignIn, type SignIn, type SignInSource, type StoredSession } from "./sign-in.ts";
export { type Credentials, type CredentialTables, createCredentials } from "./source.ts";
export { createTokens, serverAudience, type Tokens, userAudience } from "./tokens.ts";
