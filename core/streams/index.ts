export { boundMessages, readBounded } from "./bounded.ts";
export { createMarkReader, Output } from "./output.ts";
