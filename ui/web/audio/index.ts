export { createLevelMeter, type LevelMeter } from "./level.ts";
export { type Microphone, openMicrophone } from "./microphone.ts";
export { createPlayer, type Player } from "./playback.ts";
export { type MicrophoneProblem, microphoneProblem, microphoneProblemOf } from "./problems.ts";
