export { createEspeak } from "./espeak.ts";
export { createSherpaVoice } from "./sherpa.ts";
export type { Synthesiser } from "./synthesiser.ts";
export { createSystemVoice } from "./system.ts";
