import type { Answer } from "./harness.ts";

interface Run {
	id: number;
	status: string;
	conclusion: string | null;
	ref: string;
	polls: number;
}

/** GitHub Actions of admin/demo: one workflow, whose runs end after they were looked at a few times. */
export function emulateActions() {
	const runs: Run[] = [];
	const asked: string[] = [];
	const json = (body: object, status = 200) =>
		new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });
	const workflow = { id: 7, name: "Build and test", path: ".github/workflows/ci.yml", state: "active" };
	const show = (run: Run) => ({
		id: run.id,
		name: workflow.name,
		display_title: "Build",
		status: run.status,
		conclusion: run.conclusion,
		head_branch: run.ref,
		event: "workflow_dispatch",
		created_at: "2026-01-01T00:00:00Z",
		html_url: `https://example.org/runs/${run.id}`,
	});
	const steps = [
		{ name: "Check out", conclusion: "success" },
		{ name: "Run the tests", conclusion: "failure" },
	];
	const jobs = [
		{ id: 71, name: "lint", conclusion: "success", steps: [] },
		{ id: 72, name: "test", conclusion: "failure", steps },
	];
	const log = Array.from({ length: 500 }, (_, i) => `2026-01-01T00:00:00Z line ${i + 1}`).join("\n");

	const answer: Answer = async (request, path) => {
		const at = path.replace("/repos/admin/demo/actions/", "");
		if (at === path) return undefined;
		if (at === "workflows") return json({ total_count: 1, workflows: [workflow] });
		if (at === "workflows/7/dispatches") {
			const body: { ref: string; inputs: object } = await request.json();
			asked.push(`dispatch ${body.ref} ${JSON.stringify(body.inputs)}`);
			runs.unshift({ id: 100 + runs.length, status: "queued", conclusion: null, ref: body.ref, polls: 0 });
			return new Response(null, { status: 204 });
		}
		if (at === "runs" || at === "workflows/7/runs") {
			const wanted = new URL(request.url).searchParams.get("status");
			const found = runs.filter((run) => wanted === null || wanted === run.status || wanted === run.conclusion);
			return json({ total_count: found.length, workflow_runs: found.map(show) });
		}
		const [, id, action] = /^runs\/(\d+)(?:\/([\w-]+))?$/.exec(at) ?? [];
		const run = runs.find((candidate) => String(candidate.id) === id);
		if (id !== undefined && run === undefined) return json({ message: "Not Found" }, 404);
		if (run !== undefined && action === undefined) {
			if (++run.polls >= 2) Object.assign(run, { status: "completed", conclusion: "success" });
			return json(show(run));
		}
		if (run !== undefined && action === "jobs") return json({ total_count: jobs.length, jobs });
		if (run !== undefined && request.method === "POST") {
			asked.push(`${action} ${run.id}`);
			return json({}, action === "cancel" ? 202 : 201);
		}
		if (at === "jobs/72/logs")
			return new Response(null, { status: 302, headers: { location: `${new URL(request.url).origin}/logs/72` } });
		return undefined;
	};
	const download: Answer = (_, path) => (path === "/logs/72" ? new Response(log) : undefined);
	return { answers: [answer, download], asked, runs };
}
