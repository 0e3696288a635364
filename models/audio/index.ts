export { toFloat, toPcm } from "./pcm.ts";
export { createRing, type Ring } from "./ring.ts";
