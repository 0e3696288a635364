import type { Channel } from "../../../core/contract/index.ts";
import { createSpeechEngines } from "../../../models/engines.ts";
import { serveSpeech } from "../../../servers/voice/speech-host.ts";

/** The voice server's part that hears and speaks, as a process of its own: `host.ts DATA_DIR STT MODELS_DIR…`. */
const [dataDir = "", stt = "auto", ...dirs] = process.argv.slice(2);
const engines = await createSpeechEngines({ places: { dirs, dataDir }, stt });
const channel: Channel = {
	post: (message) => process.send?.(message),
	onMessage: (listener) => process.on("message", listener),
	onClose: (listener) => process.on("disconnect", listener),
};
channel.onClose(() => process.exit(0));
serveSpeech(engines, channel);
