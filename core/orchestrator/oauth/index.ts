export type { Account } from "./account.ts";
export { type Accounts, type AccountsDeps, createAccounts } from "./accounts.ts";
export { SignInNeeded } from "./errors.ts";
export type { Secrets } from "./kept.ts";
export { describe as describeClient } from "./sign-ins.ts";
