import { z } from "zod";
import { AiosError } from "../../../core/contract/index.ts";
import type { GitHub, RepositoryName } from "../adapters/index.ts";
import { ask } from "./shared.ts";

export const runSchema = z.object({
	id: z.number().int(),
	name: z.string(),
	title: z.string(),
	status: z.string(),
	conclusion: z.string().nullable(),
	branch: z.string(),
	event: z.string(),
	started: z.string(),
	url: z.string(),
});

interface ApiRun {
	id: number;
	name?: string | null;
	display_title: string;
	status: string | null;
	conclusion: string | null;
	head_branch: string | null;
	event: string;
	created_at: string;
	html_url: string;
}

/** A run as answers carry it. */
export function toRun(run: ApiRun): z.output<typeof runSchema> {
	return {
		id: run.id,
		name: run.name ?? "",
		title: run.display_title,
		status: run.status ?? "unknown",
		conclusion: run.conclusion,
		branch: run.head_branch ?? "",
		event: run.event,
		started: run.created_at,
		url: run.html_url,
	};
}

/** The workflow of that name, file or id. Throws `not_found` with those there are. */
export async function findWorkflow(github: GitHub, at: RepositoryName, said: string): Promise<number> {
	const { workflows } = await ask(
		`the repository ${at.owner}/${at.repo}`,
		github.rest.actions.listRepoWorkflows({ ...at, per_page: 100 }),
	);
	const wanted = said.toLowerCase();
	const found = workflows.find(
		({ id, name, path }) =>
			String(id) === said ||
			name.toLowerCase() === wanted ||
			path.toLowerCase().endsWith(`/${wanted}`) ||
			path.toLowerCase().replace(/.*\/|\.ya?ml$/g, "") === wanted,
	);
	if (found !== undefined) return found.id;
	throw new AiosError("not_found", `There is no workflow ${said}.`, {
		fix: `There are ${workflows.map(({ name }) => name).join(", ") || "none"}.`,
	});
}

/** The id of the newest run, of those in a state where one is given. Throws `not_found` where there is none. */
export async function newestRun(
	github: GitHub,
	at: RepositoryName,
	status?: "failure" | "in_progress",
): Promise<number> {
	const name = `${at.owner}/${at.repo}`;
	const filter = { ...at, per_page: 1, ...(status === undefined ? {} : { status }) };
	const found = await ask(`the repository ${name}`, github.rest.actions.listWorkflowRunsForRepo(filter));
	const id = found.workflow_runs[0]?.id;
	if (id !== undefined) return id;
	const kind = status === undefined ? "" : status === "failure" ? " that failed" : " in progress";
	throw new AiosError("not_found", `${name} has no workflow run${kind}.`);
}
