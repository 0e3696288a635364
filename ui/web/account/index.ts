export { type Account, createAccount } from "./account.ts";
export { SignIn } from "./sign-in.tsx";
