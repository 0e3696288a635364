export { joined } from "./joined.ts";
export { decodeWav, encodeWav, type Sound } from "./wav.ts";
