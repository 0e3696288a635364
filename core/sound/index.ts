export { type Loudspeaker, openLoudspeaker } from "./loudspeaker.ts";
export { microphone, type SoundSource, samples } from "./microphone.ts";
export { play } from "./play.ts";
export { findRecorder, type Program } from "./programs.ts";
