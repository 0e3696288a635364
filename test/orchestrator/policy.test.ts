import { expect, test } from "vitest";
import type { CatalogueTool, Principal } from "../../core/contract/index.ts";
import { createPolicy } from "../../core/orchestrator/index.ts";
import { describeServer, permit } from "../../core/surface/index.ts";
import { builtInServers } from "../../servers/index.ts";
import { mainTools } from "../understanding/main-tools.ts";

const policy = createPolicy({ permit });
const user: Principal = { id: "u", name: "Ute", role: "user", base: "user", permissions: ["*:*:*"], via: "token" };
const tool = (server: string, effect: CatalogueTool["effect"]): CatalogueTool => ({
	server,
	name: "t",
	title: "t",
	description: "t",
	effect,
	role: effect === "read" ? "guest" : "user",
	idempotent: false,
	input: {},
	output: {},
	timeoutMs: 1,
});

test.each([
	["direct", "read", false, "run"],
	["direct", "write", false, "run"],
	["direct", "destructive", true, "run"],
	["direct", "outbound", true, "run"],
	["text", "read", true, "run"],
	["text", "write", false, "run"],
	["text", "write", true, "confirm"],
	["voice", "destructive", false, "confirm"],
	["voice", "outbound", false, "confirm"],
	["text", "outbound", false, "confirm"],
] as const)("from %s, a tool that is %s, strangers' words read: %s → %s", (source, effect, tainted, expected) => {
	expect(policy.decide({ tool: tool("files", effect), user, source, tainted })).toBe(expected);
});

test("what is harmless is not asked about whatever was read, unless it loses something or goes out", () => {
	const decide = (effect: CatalogueTool["effect"]) =>
		policy.decide({ tool: { ...tool("files", effect), harmless: true }, user, source: "voice", tainted: true });
	expect(decide("write")).toBe("run");
	expect(decide("destructive")).toBe("confirm");
	expect(decide("outbound")).toBe("confirm");
});

test("each tool's own definition says whether it brings strangers' words, and whether it is never asked about", async () => {
	const tools = [
		mainTools(),
		...(await Promise.all(Object.values(builtInServers).map((load) => load().then(describeServer)))),
	].flat();
	const named = (fits: (tool: CatalogueTool) => boolean) =>
		tools
			.filter((one) => one.server !== "browser" && fits(one))
			.map(({ server, name }) => `${server} ${name}`)
			.sort();
	expect(named((one) => policy.taints(one))).toEqual([
		"communication read_email",
		"communication read_inbox",
		"communication read_whatsapp",
		"communication reply_email",
		"communication save_attachment",
		"communication save_whatsapp_media",
		"communication search_email",
		"github close_issue",
		"github follow_status",
		"github follow_workflow_run",
		"github get_issue",
		"github get_job_logs",
		"github get_pull_request",
		"github get_repository",
		"github list_issues",
		"github list_pull_requests",
		"github list_releases",
		"github list_repositories",
		"github list_workflow_runs",
		"github list_workflows",
		"github run_workflow",
		"github stop_following",
		"system clipboard_read",
		"voice read_transcription",
		"voice transcribe",
	]);
	expect(tools.filter(({ server }) => server === "browser").every((one) => policy.taints(one))).toBe(true);
	expect(named((one) => one.harmless === true && one.server !== "main")).toEqual([
		"github cancel_clone",
		"github stop_following",
		"ide stop_work",
		"python interrupt_execution",
		"python stop_analysis",
		"system set_volume",
		"voice cancel_speech",
		"voice cancel_transcription",
		"voice stop_voice_recognition",
	]);
	expect(tools.filter(({ harmless, effect }) => harmless === true && effect !== "write")).toEqual([]);
});

test("who is set to ask is asked about direct calls too, and about reading", () => {
	const careful = { ...user, ask: ["files:*:read"] };
	expect(policy.decide({ tool: tool("files", "read"), user: careful, source: "direct", tainted: false })).toBe(
		"confirm",
	);
	expect(policy.decide({ tool: tool("mail", "read"), user: careful, source: "direct", tainted: false })).toBe("run");
});

test("a guest reads and never acts, whatever the way", () => {
	const guest: Principal = { ...user, role: "guest", base: "guest", permissions: ["*:*:read"] };
	expect(policy.decide({ tool: tool("files", "read"), user: guest, source: "text", tainted: false })).toBe("run");
	for (const effect of ["write", "destructive", "outbound"] as const) {
		for (const source of ["direct", "text", "voice"] as const) {
			expect(() => policy.decide({ tool: tool("files", effect), user: guest, source, tainted: false })).toThrow(
				/may not/,
			);
		}
	}
});
