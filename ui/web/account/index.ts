export { type Account, createAccount, problemOf } from "./account.ts";
export { SignIn } from "./sign-in.tsx";
