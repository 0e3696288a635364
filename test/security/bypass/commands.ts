import { expect } from "vitest";
import { type Attempt, refusal, run } from "./attempt.ts";

export const commands: Attempt[] = [
	refusal(
		"a second command behind an allowed one",
		"CVE-2025-54795",
		() =>
			["echo a; touch hacked", "echo a && touch hacked", "echo a || touch hacked", "echo a & touch hacked"].map((c) =>
				run(c),
			),
		() => run("echo 'a; touch hacked'"),
	),
	refusal(
		"a pipe or a redirection",
		"CWE-78",
		() =>
			["echo a | tee hacked", "echo a > hacked", "cat <<< hacked", "(touch hacked)", "ls *", "echo a #b"].map((c) =>
				run(c),
			),
		() => run("printf 'b\\na\\n' | sort", { shell: true }),
	),
	refusal(
		"a line break where a filter looks for a semicolon",
		"CWE-78",
		() => ["echo a\ntouch hacked", "echo a\rtouch hacked"].map((c) => run(c)),
		() => run("printf 'a\\nb'"),
	),
	refusal(
		"a command inside a command",
		"GHSA of cyanheads/git-mcp-server 2.1.4 and many alike",
		() => ["echo $(touch hacked)", "echo `touch hacked`", 'echo "$(touch hacked)"'].map((c) => run(c)),
		() => run("echo '$(touch hacked)'"),
	),
	refusal(
		"words put together by variables",
		"CVE-2025-66032",
		() => ["touch$IFS'hacked'", "touch$\u007bIFS}hacked", "$SHELL -c 'touch hacked'"].map((c) => run(c)),
		() => run("echo '$IFS'"),
	),
	refusal(
		"variables set in front of a program",
		"CWE-454",
		() => ["LD_PRELOAD=./x.so ls", "PATH=.:$PATH ls", "GIT_SSH_COMMAND='touch hacked' git fetch"].map((c) => run(c)),
		() => run("git --version"),
		/^(bad_request|not_found)$/,
	),
	refusal(
		"running in a folder outside",
		"CVE-2025-54794",
		({ outside }) => [run("ls", { cwd: outside }), run("ls", { cwd: "link" }), run("ls", { cwd: ".." })],
		() => run("ls", { cwd: "box" }),
	),
	{
		name: "escape sequences in a program's output",
		reported: "Trail of Bits on terminal codes in tool output, 2025; CWE-150",
		async attempt(world) {
			const { reply } = await world.works(run("printf '\\033]52;c;aGFja2Vk\\007\\033[2J\\033[8mhidden'"));
			// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
			expect(reply).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
		},
		legitimate: async (world) => expect((await world.works(run("echo café"))).reply).toContain("café"),
	},
	{
		name: "output without end",
		reported: "CWE-400",
		async attempt(world) {
			const answer = await world.works(run("seq 1 2000000"));
			expect(JSON.stringify(answer).length).toBeLessThan(1_000_000);
		},
		legitimate: (world) => world.works(run("seq 1 10")),
	},
];
