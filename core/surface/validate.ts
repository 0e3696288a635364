import type { z } from "zod";
import { AiosError } from "../contract/index.ts";

/** Longest form in which a refused value is shown again. */
const shownCharacters = 80;

/** Input checked against its schema. Throws `bad_request` naming each field, the value it had and what was expected. */
export function parseInput<S extends z.ZodObject>(tool: string, schema: S, input: unknown): z.output<S> {
	const parsed = schema.safeParse(input);
	if (parsed.success) return parsed.data;
	const problems = parsed.error.issues.flatMap((issue) => explain(issue, input));
	throw new AiosError("bad_request", `${tool}: ${problems.map((problem) => problem.text).join("; ")}.`, {
		spoken: problems[0] === undefined ? "That could not be understood." : `I can't do that: ${problems[0].text}.`,
		details: { fields: problems.map(({ field, expected }) => ({ field, expected })) },
	});
}

interface Problem {
	field: string;
	expected: string;
	text: string;
}

function explain(issue: z.core.$ZodIssue, input: unknown): Problem[] {
	if (issue.code === "unrecognized_keys") {
		return issue.keys.map((key) => {
			const field = [...issue.path, key].join(".");
			return { field, expected: "no such field", text: `there is no field ${field}` };
		});
	}
	const field = issue.path.join(".");
	const name = field === "" ? "the input" : field;
	const expected = expectedBy(issue);
	const value = valueAt(input, issue.path);
	if (value === undefined) return [{ field, expected, text: `${name} is missing (${expected})` }];
	return [{ field, expected, text: `${name} is ${show(value)}, ${expected}` }];
}

/** What a field should have been, in words that can be spoken; a schema's own words where it has some. */
function expectedBy(issue: z.core.$ZodIssue): string {
	const said = issue.message.replace(/^Invalid input: /, "").replace(/, received .*$/, "");
	const unit = (count: number | bigint, noun: string) => `${count} ${noun}${Number(count) === 1 ? "" : "s"}`;
	const amount = (count: number | bigint, origin: string) =>
		origin === "string" ? unit(count, "character") : origin === "array" ? unit(count, "item") : String(count);
	if (issue.code === "too_small" && said.startsWith("Too small")) {
		return `expected ${issue.inclusive === false ? "more than" : "at least"} ${amount(issue.minimum, issue.origin)}`;
	}
	if (issue.code === "too_big" && said.startsWith("Too big")) {
		return `expected ${issue.inclusive === false ? "less than" : "at most"} ${amount(issue.maximum, issue.origin)}`;
	}
	if (issue.code === "invalid_format" && said.startsWith("Invalid ")) {
		const pattern = issue.format === "regex" && issue.pattern !== undefined ? ` like ${issue.pattern}` : "";
		return pattern === "" ? `expected ${issue.format}` : `expected something${pattern}`;
	}
	return /expected|^[A-Z]/.test(said) ? said : `expected ${said}`;
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
	let value = input;
	for (const key of path) {
		if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
		value = Reflect.get(value, key);
	}
	return value;
}

function show(value: unknown): string {
	const text = JSON.stringify(value) ?? typeof value;
	return text.length > shownCharacters ? `${text.slice(0, shownCharacters)}…` : text;
}
