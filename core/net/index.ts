export { isPublicAddress } from "./address.ts";
