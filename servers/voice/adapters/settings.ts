import { z } from "zod";

/**
 * The `voice` section of the settings of servers. A satellite is a device in another room that sends its microphone to
 * whoever connects to its port, as raw 16 kHz mono signed 16-bit little-endian PCM, and plays what it gets back in the
 * same form: `arecord -t raw -f S16_LE -r 16000 | nc -l -p 10700 | aplay -t raw -f S16_LE -r 16000` is one.
 */
export const voiceSettings = z.strictObject({
	satellites: z
		.record(
			z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N}_ -]{0,59}$/u, "a name of letters, digits, spaces, _ and -"),
			z.strictObject({ host: z.string().min(1).max(253), port: z.number().int().min(1).max(65_535) }),
		)
		.default({}),
});

export type VoiceSettings = z.output<typeof voiceSettings>;
