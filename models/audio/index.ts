export { toFloat, toPcm } from "./pcm.ts";
export { createRing } from "./ring.ts";
