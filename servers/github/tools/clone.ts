import { basename, join } from "node:path";
import { z } from "zod";
import { defineTool, slot } from "../../../core/contract/index.ts";
import {
	callMs,
	endingAfter,
	follow,
	look,
	lookField,
	lookingAfter,
	sayRunning,
	stateOf,
	stop,
	type Work,
	waitField,
	wasCancelled,
	workFields,
	workIdField,
} from "../../../core/work/index.ts";
import { type Cloned, clone, type GithubAdapters, type RepositoryName } from "../adapters/index.ts";
import { repositoryField } from "./shared.ts";

const clonedSchema = z.object({
	...workFields,
	repository: z.string(),
	path: z.string(),
	percent: z.number().min(0).max(100).describe("How much has come"),
	resumed: z.boolean().describe("It went on with a clone that had broken off"),
});
const idField = workIdField("c", "clone_repository");

/** Clones a repository, going on with a clone that broke off. */
export const cloneRepository = defineTool({
	name: "clone_repository",
	title: "Clone repository",
	description:
		"Clones a GitHub repository into a folder; a large one goes on behind the answer. One that broke off goes on where it stopped when called again.",
	effect: "write",
	idempotent: false,
	stateful: true,
	input: z.object({
		repository: repositoryField,
		path: slot("path", z.string().min(1).max(4096))
			.optional()
			.describe("The folder to make; below the projects folder by default"),
		wait_ms: waitField,
	}),
	output: clonedSchema,
	voice: {
		en: {
			sentences: [
				"clone [the] [repository] {repository} [(into|to) {path}]",
				"(download|get|fetch) [the] (repository|repo) {repository}",
			],
			ask: { repository: "Which repository?" },
		},
	},
	timeoutMs: callMs,
	summary: ({ repository, path }) => `Clone ${repository}${path === undefined ? "" : ` into ${path}`}`,
	say: sayCloned,
	async run({ repository, path, wait_ms }, adapters: GithubAdapters, context) {
		const { accounts, cloneUrl, folders, projects, env, clones, cloning } = adapters;
		const { user, signal } = context;
		const token = await accounts.token(user.id).catch(() => undefined);
		const at = await locate(repository, token, adapters, { user, signal });
		const target = await folders.resolveForWriting(path ?? join(projects, at.repo));
		const name = `${at.owner}/${at.repo}`;
		const work = clones.start(user.id, {
			source: name,
			run: async (tools) => ({
				path: target,
				...(await clone({ url: cloneUrl(at), path: target, token, env, underWay: cloning, ...tools })),
			}),
		});
		await follow(work, { wait_ms, over: () => sayCloned(report(work)) }, context);
		return report(work, target);
	},
});

/** How a clone goes that takes longer than a call may. */
export const cloneStatus = defineTool({
	name: "clone_status",
	title: "Clone status",
	description: "How a clone goes, waiting for its end for as long as is asked for.",
	effect: "read",
	role: "user",
	stateful: true,
	input: z.object({ id: idField, wait_ms: lookField }),
	output: clonedSchema,
	voice: {
		en: {
			sentences: ["(is|has) the (clone|repository) (done|ready|finished|cloned) [yet]", "how is the clone [going]"],
			followUps: lookingAfter("clone_repository"),
		},
	},
	timeoutMs: callMs,
	say: sayCloned,
	async run({ id, wait_ms }, { clones }: GithubAdapters, context) {
		return report(await look(clones, { id, wait_ms }, context));
	},
});

/** Stops a clone; what came stays for the next try. */
export const cancelClone = defineTool({
	name: "cancel_clone",
	title: "Cancel clone",
	description: "Stops a clone that is under way; what came so far is kept for when it is cloned again.",
	effect: "write",
	harmless: true,
	idempotent: true,
	stateful: true,
	input: z.object({ id: idField }),
	output: clonedSchema,
	voice: {
		en: { sentences: ["(cancel|stop|abort) the clone", "stop cloning"], followUps: endingAfter("clone_repository") },
	},
	say: (clone) => (wasCancelled(clone) ? "Stopped the clone." : "It was over already."),
	async run({ id }, { clones }: GithubAdapters, context) {
		return report(await stop(clones, { id }, context));
	},
});

/** A public repository named in full needs no account. */
async function locate(
	said: string,
	token: string | undefined,
	adapters: GithubAdapters,
	{ user, signal }: { user: { id: string }; signal: AbortSignal },
): Promise<RepositoryName> {
	if (token === undefined && said.includes("/")) {
		const [owner = "", repo = ""] = said
			.replace(/^https?:\/\/[^/]+\//, "")
			.replace(/\.git\/?$/, "")
			.split("/");
		if (/^[A-Za-z0-9-]+$/.test(owner) && /^[\w.-]+$/.test(repo)) return { owner, repo };
	}
	return adapters.locate(said, await adapters.github(user.id, signal));
}

function report(work: Work<Cloned>, path = work.result?.path ?? ""): z.output<typeof clonedSchema> {
	const { source, result, progress } = work;
	const { progress: done, total = 100 } = progress;
	return {
		...stateOf(work),
		repository: source,
		path,
		percent: result === undefined ? Math.min(100, Math.round((100 * done) / total)) : 100,
		resumed: result?.resumed ?? false,
	};
}

function sayCloned({ repository, path, status, percent, error, told }: z.output<typeof clonedSchema>): string {
	const name = repository.split("/").at(-1);
	if (status === "running") return sayRunning(`${name} is still being cloned, ${percent} percent are here`, { told });
	if (status === "failed") return error ?? `${name} could not be cloned.`;
	return `${name} is cloned into ${basename(path)}.`;
}
