import { z } from "zod";
import { AiosError } from "../../contract/index.ts";
import { readBounded } from "../../streams/index.ts";

/** Largest list of tools taken from a server, in bytes: ten thousand of them, and more. */
const listLimit = 20_000_000;

const listSchema = z.looseObject({ result: z.looseObject({ tools: z.array(z.looseObject({ name: z.string() })) }) });

/** The answer to tools/list with only the tools in `allowed`, whether it comes as JSON or as an event stream. */
export async function keepApproved(
	response: Response,
	headers: Headers,
	allowed: ReadonlySet<string>,
): Promise<Response> {
	const tooMuch = () => new AiosError("too_large", "The server's list of tools is too large.");
	const text = new TextDecoder().decode(await readBounded(response.body, listLimit, tooMuch));
	const streamed = headers.get("content-type")?.startsWith("text/event-stream") ?? false;
	const kept = streamed
		? text.replaceAll(/^data: ?(.*)$/gm, (_line, data: string) => `data: ${keep(data, allowed)}`)
		: keep(text, allowed);
	return new Response(kept, { status: response.status, headers });
}

function keep(json: string, allowed: ReadonlySet<string>): string {
	let message: unknown;
	try {
		message = JSON.parse(json);
	} catch {
		return json;
	}
	const list = listSchema.safeParse(message);
	if (!list.success) return json;
	const { result } = list.data;
	return JSON.stringify({
		...list.data,
		result: { ...result, tools: result.tools.filter(({ name }) => allowed.has(name)) },
	});
}
