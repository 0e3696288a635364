import { AiosError, type CatalogueTool } from "../contract/index.ts";
import type { ServerEntry } from "./entry.ts";

/**
 * What a server says that does not know the handle of work under way any more: where its process was started anew
 * meanwhile, that is what became of the work. Everything else is given back as it is.
 */
export function afterRestart(
	{ trusted, title, history }: Pick<ServerEntry, "trusted" | "title" | "history">,
	tool: Pick<CatalogueTool, "stateful" | "input">,
	thrown: unknown,
): unknown {
	if (!(thrown instanceof AiosError) || thrown.code !== "not_found" || !trusted || !takesHandle(tool)) return thrown;
	const up = history.findIndex(({ status }) => status === "healthy");
	const again = up === -1 ? undefined : history.findLast(({ status }, index) => index > up && status === "starting");
	if (again === undefined) return thrown;
	const at = new Date(again.at).toTimeString().slice(0, "hh:mm".length);
	const became = `The ${title} server was started anew at ${at}: whatever was under way there ended with it.`;
	return new AiosError("not_found", `${thrown.message} ${became}`, {
		fix: "Ask for it again.",
		details: thrown.details,
		cause: thrown,
	});
}

function takesHandle({ stateful, input }: Pick<CatalogueTool, "stateful" | "input">): boolean {
	const { properties } = input;
	return stateful === true && typeof properties === "object" && properties !== null && "id" in properties;
}
