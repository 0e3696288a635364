export { toFloat, toPcm } from "./pcm.ts";
export { createRing, type Ring } from "./ring.ts";
export { type DecodedWav, readWav } from "./wav.ts";
