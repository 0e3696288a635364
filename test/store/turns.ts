import type { history } from "../../core/store/index.ts";

type Written = Required<Parameters<ReturnType<typeof history>["add"]>[0][number]>;

/** A turn that acted, with its row of the audit log. */
export function turnNamed(id: string): Written {
	return {
		turn: {
			id,
			at: 1,
			userId: "u1",
			session: "s",
			source: "direct",
			text: null,
			server: "main",
			tool: "set_timer",
			arguments: {},
			status: "done",
			reply: "Done.",
			errorCode: null,
			confidence: null,
			timings: { understand_ms: 0, dispatch_ms: 1, total_ms: 1 },
		},
		audit: {
			at: 1,
			userId: "u1",
			userName: "Ada",
			credential: null,
			origin: "direct",
			action: "tool.call",
			target: "main:set_timer",
			digest: null,
			outcome: "done",
			code: null,
			turn: id,
		},
	};
}
