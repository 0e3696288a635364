import { benchVoiceLoop } from "./voice/loop.ts";
import { presentOf, voiceBenchOptions } from "./voice/options.ts";
import { printLoop } from "./voice/report.ts";

/** `npm run bench -- voice-loop`: the whole loop in real time, without the rest of `npm run bench -- voice`. */
const { recognisers, turns } = voiceBenchOptions("voice-loop");
for (const stt of await presentOf(recognisers)) printLoop(await benchVoiceLoop(stt, turns));
process.exit(0);
