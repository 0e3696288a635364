export { register } from "./command.ts";
