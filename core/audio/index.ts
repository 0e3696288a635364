export { decodeWav, encodeWav, type Sound } from "./wav.ts";
