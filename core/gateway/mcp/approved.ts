import { z } from "zod";

const listSchema = z.looseObject({ result: z.looseObject({ tools: z.array(z.looseObject({ name: z.string() })) }) });

/** The answer to tools/list with only the tools in `allowed`, whether it comes as JSON or as an event stream. */
export async function keepApproved(
	response: Response,
	headers: Headers,
	allowed: ReadonlySet<string>,
): Promise<Response> {
	const text = await response.text();
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
