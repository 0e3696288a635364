export { createMarkReader, Output } from "./output.ts";
