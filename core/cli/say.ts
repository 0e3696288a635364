import type { Command } from "commander";
import { type Reply, replySchema } from "../contract/index.ts";
import type { CliDeps } from "./deps.ts";
import { speakAloud } from "./speak.ts";

/** `aios say TEXT`: a command as if it had been typed on the page. */
export function register(program: Command, deps: CliDeps): void {
	program
		.command("say")
		.description("send a command in words and print the answer")
		.argument("<text...>", "what you would say")
		.option("--speak", "say the answer aloud")
		.option("--yes", "confirm at once what the command needs confirmed")
		.option("--json", "print the whole reply as JSON")
		.action(async (words: string[], options: { speak?: true; yes?: true; json?: true }) => {
			const client = await deps.client();
			let reply = await client.request("POST", "/command", replySchema, { text: words.join(" "), session: "terminal" });
			if (options.yes && reply.confirmation !== undefined) {
				const path = `/confirmations/${encodeURIComponent(reply.confirmation.id)}`;
				reply = await client.request("POST", path, replySchema, { approve: true });
			}
			deps.print(options.json ? JSON.stringify(reply, null, 2) : reply.reply);
			if (!options.json) explain(reply, deps);
			if (options.speak) await speakAloud(reply.reply, {}, deps);
			if (reply.status === "failed" || reply.status === "unknown") process.exitCode = 1;
		});
}

/** What the person can do next, where the answer alone does not say it. */
export function explain(reply: Reply, deps: CliDeps): void {
	if (reply.tool !== undefined) deps.note(`  ${reply.server}: ${reply.tool}`);
	if (reply.status === "confirm") deps.note('  Nothing has run yet. Answer with: aios say yes (or "no")');
	if (reply.status === "ask") deps.note("  Answer with: aios say …");
	if (reply.error?.fix !== undefined) deps.note(`  ${reply.error.fix}`);
}
