import type { CatalogueTool } from "../../core/contract/index.ts";
import { createUnderstander } from "../../core/understanding/index.ts";
import { mainTools, monday } from "../understanding/main-tools.ts";
import { commands, notForUs } from "../understanding/sentences.ts";

// Sentences a second with 150 and with 10,000 tools, beside the usual way: one regular expression a template, tried one
// after the other. Run it with: bun test/bench/understanding.ts

const verbs =
	"open close start stop show find send read write move copy delete rename play pause check list create update archive share print scan sync merge split rotate resize lock unlock".split(
		" ",
	);
const things =
	"report folder invoice photo song video letter contact meeting ticket branch commit package server window printer camera playlist recipe parcel lamp heater curtain door budget contract lecture journal poster map".split(
		" ",
	);
const places = "office kitchen archive desktop cloud garage studio library basement inbox attic hallway".split(" ");

/** Tools like those that servers register: five sentences each, text and typed slots, the main server's among them. */
function toolsLike(count: number): CatalogueTool[] {
	const tools = [...mainTools()];
	for (let index = 0; tools.length < count; index++) {
		const verb = verbs[index % verbs.length] ?? "";
		const thing = things[Math.floor(index / verbs.length) % things.length] ?? "";
		const place = places[Math.floor(index / (verbs.length * things.length)) % places.length] ?? "";
		tools.push({
			server: `server${index % 50}`,
			name: `tool_${index}`,
			title: "",
			description: "",
			effect: "read",
			role: "user",
			idempotent: true,
			input: {
				type: "object",
				properties: {
					name: { type: "string" },
					count: { type: "integer", minimum: 0 },
					time: { type: "string", "x-slot": "date-time" },
				},
				required: ["name"],
			},
			output: {},
			voice: {
				en: {
					sentences: [
						`${verb} [the] ${thing} {name} in [the] ${place}`,
						`(please ${verb}|${verb} me) [a] ${thing} (called|named) {name} [from the ${place}]`,
						`${verb} {count} ${thing}s from [the] ${place} {name}`,
						`${verb} my ${thing} {name} in the ${place} {time}`,
						`i want the ${place} ${thing} {name} to ${verb}`,
					],
				},
			},
			timeoutMs: 1_000,
		});
	}
	return tools;
}

/** The peer: every template a regular expression, all tried for every sentence. */
function naive(tools: readonly CatalogueTool[]): (text: string) => string | undefined {
	const patterns = tools.flatMap((tool) =>
		[...(tool.voice?.en.sentences ?? []), ...(tool.voice?.en.fixed ?? []).map(({ text }) => text)].map((template) => {
			const source = template
				.replaceAll("(", "(?:")
				.replace(/\s*\[/g, "(?: ")
				.replaceAll("]", ")?")
				.replace(/\{\w+\}/g, "(.+)");
			return { tool: tool.name, pattern: new RegExp(`^ ?${source}$`) };
		}),
	);
	return (text) => {
		const plain = text
			.toLowerCase()
			.replace(/[^\w\s:%+*/.-]/g, "")
			.trim();
		return patterns.find(({ pattern }) => pattern.test(plain))?.tool;
	};
}

interface Row {
	tools: number;
	loadMs: number;
	perSecond: number;
	p99Ms: number;
	naivePerSecond: number;
	ratio: number;
	residentMb: number;
}

const spoken = [...commands.map(([said]) => said), ...notForUs];

async function measure(count: number, seconds: number): Promise<Row> {
	const tools = toolsLike(count);
	const understander = createUnderstander();
	const before = process.cpuUsage();
	understander.load(tools);
	const used = process.cpuUsage(before);
	const loadMs = (used.user + used.system) / 1_000;
	for (const text of spoken) await understander.understand(text, { now: monday });

	const times: number[] = [];
	const until = performance.now() + seconds * 1_000;
	while (performance.now() < until) {
		for (const text of spoken) {
			const start = performance.now();
			await understander.understand(text, { now: monday });
			times.push(performance.now() - start);
		}
	}
	const perSecond = 1_000 / (times.reduce((sum, time) => sum + time, 0) / times.length);
	const p99Ms = times.sort((a, b) => a - b)[Math.floor(times.length * 0.99)] ?? 0;

	const match = naive(tools);
	for (const text of spoken.slice(0, 20)) match(text);
	let tried = 0;
	const naiveStart = performance.now();
	while (performance.now() - naiveStart < seconds * 1_000) match(spoken[tried++ % spoken.length] ?? "");
	const naivePerSecond = tried / ((performance.now() - naiveStart) / 1_000);
	return {
		tools: count,
		loadMs,
		perSecond,
		p99Ms,
		naivePerSecond,
		ratio: perSecond / naivePerSecond,
		residentMb: process.memoryUsage.rss() / 2 ** 20,
	};
}

const seconds = Number(process.argv[2] ?? 3);
const rows: Row[] = [];
for (const count of [150, 10_000]) rows.push(await measure(count, seconds));
console.table(
	rows.map((row) => ({
		tools: row.tools,
		"load, CPU ms": Math.round(row.loadMs),
		"sentences/s": Math.round(row.perSecond),
		"p99, ms": Number(row.p99Ms.toFixed(2)),
		"regular expressions/s": Math.round(row.naivePerSecond),
		"times as fast": Number(row.ratio.toFixed(1)),
		"resident, MB": Math.round(row.residentMb),
	})),
);
