import { AiosError, type CatalogueTool } from "../contract/index.ts";

export interface CatalogueIndex {
	/** The one tool meant. Throws `not_found`, and `conflict` with the choices where several servers have it. */
	find(name: string, server?: string): CatalogueTool;
}

/** Looks tools up by name; made anew whenever the catalogue changes. */
export function indexCatalogue(tools: readonly CatalogueTool[]): CatalogueIndex {
	const byName = new Map<string, CatalogueTool[]>();
	for (const tool of tools) {
		const named = byName.get(tool.name);
		if (named) named.push(tool);
		else byName.set(tool.name, [tool]);
	}
	return {
		find(name, server) {
			const named = byName.get(name) ?? [];
			const found = server === undefined ? named : named.filter((tool) => tool.server === server);
			const tool = found[0];
			if (tool === undefined) {
				throw new AiosError("not_found", `There is no tool ${name}${server === undefined ? "" : ` on ${server}`}.`, {
					fix: "GET /tools lists what there is.",
				});
			}
			if (found.length > 1) {
				const choices = found.map((choice) => choice.server);
				throw new AiosError("conflict", `Several servers have a tool ${name}: ${choices.join(", ")}.`, {
					fix: "Name the server too.",
					details: { choices },
				});
			}
			return tool;
		},
	};
}
