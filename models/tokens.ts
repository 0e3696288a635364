import llama from "llama-tokenizer-js";

/** Ids Moonshine's decoder can give: Llama 2's 32,000 and 768 markers of its own above them. */
const ids = 32_768;

/**
 * The tokens file sherpa-onnx wants beside Moonshine: one `base64(bytes) id` line an id, 0 to 32,767.
 * The vocabulary is Llama 2's, in which `▁` stands for a space and `<0xNN>` for a single byte.
 */
export function moonshineTokens(): string {
	const lines: string[] = [];
	for (let id = 0; id < ids; id++) lines.push(`${tokenBytes(llama.vocabById[id], id).toString("base64")} ${id}\n`);
	return lines.join("");
}

function tokenBytes(token: string | undefined, id: number): Buffer {
	if (token === undefined) return Buffer.from(`<marker-${id}>`);
	const byte = /^<0x([0-9A-F]{2})>$/.exec(token)?.[1];
	return byte === undefined ? Buffer.from(token.replaceAll("▁", " ")) : Buffer.from(byte, "hex");
}
