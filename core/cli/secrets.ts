import { createInterface } from "node:readline";
import { Writable } from "node:stream";

/** Asks for secrets one after the other, showing nothing of them; from what is not a terminal, one a line. */
export async function readSecrets(questions: readonly string[]): Promise<string[]> {
	const terminal = process.stdin.isTTY === true;
	const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
	const lines = createInterface({ input: process.stdin, output: nowhere, terminal });
	lines.on("SIGINT", () => process.kill(process.pid, "SIGINT"));
	const read = lines[Symbol.asyncIterator]();
	const answers: string[] = [];
	try {
		for (const question of questions) {
			if (terminal) process.stderr.write(`${question}: `);
			const { value, done } = await read.next();
			if (terminal) process.stderr.write("\n");
			if (done) break;
			answers.push(value);
		}
		return answers;
	} finally {
		lines.close();
	}
}
