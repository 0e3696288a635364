import { expect, test } from "vitest";
import type { CatalogueTool, Principal } from "../../core/contract/index.ts";
import { createPolicy } from "../../core/orchestrator/index.ts";
import { permit } from "../../core/surface/index.ts";

const policy = createPolicy({ permit, outside: (server) => server === "mail" });
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
