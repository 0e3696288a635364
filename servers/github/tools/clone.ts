import { basename, join } from "node:path";
import { z } from "zod";
import { defineTool, slot } from "../../../core/contract/index.ts";
import { isRunning, type Work, waitFor, waitMs } from "../../../core/work/index.ts";
import { type Cloned, clone, type GithubAdapters, type RepositoryName } from "../adapters/index.ts";
import { repositoryField } from "./shared.ts";

const clonedSchema = z.object({
	id: z.string().describe("For clone_status and cancel_clone"),
	repository: z.string(),
	path: z.string(),
	status: z.enum(["running", "done", "failed"]),
	percent: z.number().min(0).max(100).describe("How much has come"),
	resumed: z.boolean().describe("It went on with a clone that had broken off"),
	error: z.string().optional(),
});
const idField = z
	.string()
	.regex(/^c\d{1,9}$/, 'expected an id from clone_repository, as in "c1"')
	.optional()
	.describe("The last one where it is left out");
const waitField = (usual: number) =>
	z.number().int().min(0).max(waitMs).default(usual).describe("Milliseconds to wait for its end");

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
		wait_ms: waitField(waitMs),
	}),
	output: clonedSchema,
	voice: {
		en: {
			sentences: [
				"clone [the] [repository] {repository} [(into|to) {path}]",
				"(download|get) [the] repository {repository}",
			],
			ask: { repository: "Which repository?" },
		},
	},
	timeoutMs: 58_000,
	say: sayCloned,
	async run({ repository, path, wait_ms }, adapters: GithubAdapters, { user, signal, progress }) {
		const { accounts, cloneUrl, folders, projects, env, clones } = adapters;
		const token = await accounts.token(user.id).catch(() => undefined);
		const at = await locate(repository, token, adapters, { user, signal });
		const target = await folders.resolveForWriting(path ?? join(projects, at.repo));
		const name = `${at.owner}/${at.repo}`;
		const work = clones.start(user.id, name, async (update, stop) => ({
			path: target,
			...(await clone({ url: cloneUrl(at), path: target, token, env, signal: stop, progress: update })),
		}));
		work.onProgress = progress;
		await waitFor(work, wait_ms, signal);
		work.onProgress = undefined;
		if (signal.aborted) work.cancel();
		if (work.error !== undefined) throw work.error;
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
	input: z.object({ id: idField, wait_ms: waitField(0) }),
	output: clonedSchema,
	voice: {
		en: {
			sentences: ["(is|has) the (clone|repository) (done|ready|finished|cloned) [yet]", "how is the clone [going]"],
		},
	},
	timeoutMs: 58_000,
	say: sayCloned,
	async run({ id, wait_ms }, { clones }: GithubAdapters, { user, signal }) {
		const work = clones.get(user.id, id);
		await waitFor(work, wait_ms, signal);
		return report(work);
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
	voice: { en: { sentences: ["(cancel|stop|abort) the clone"], examples: ["stop cloning"] } },
	say: ({ status }) => (status === "done" ? "It was finished already." : "Stopped the clone."),
	async run({ id }, { clones }: GithubAdapters, { user, signal }) {
		const work = clones.get(user.id, id);
		work.cancel();
		await waitFor(work, 5_000, signal);
		return report(work);
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
	const { id, source, result, error, progress } = work;
	const { progress: done, total = 100 } = progress;
	return {
		id,
		repository: source,
		path,
		status: isRunning(work) ? "running" : result === undefined ? "failed" : "done",
		percent: result === undefined ? Math.min(100, Math.round((100 * done) / total)) : 100,
		resumed: result?.resumed ?? false,
		...(error === undefined ? {} : { error: error.message }),
	};
}

function sayCloned({ repository, path, status, percent, error }: z.output<typeof clonedSchema>): string {
	const name = repository.split("/").at(-1);
	if (status === "running") return `${name} is still being cloned, ${percent} percent are here.`;
	if (status === "failed") return error ?? `${name} could not be cloned.`;
	return `${name} is cloned into ${basename(path)}.`;
}
