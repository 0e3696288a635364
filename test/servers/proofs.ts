import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseSync } from "oxc-parser";
import { z } from "zod";

/** A test as it stands in a file: the titles from the outermost `describe` to its own, and when it is not run. */
export interface WrittenTest {
	path: string[];
	/** `skip`, `todo` or `fails` where it is never run or meant to fail. */
	never?: string;
	/** The conditions of `skipIf` and `runIf` on the way, as they are written. */
	conditions: string[];
	/** Its own text, with the tables it is repeated for. */
	text: string;
	/** What its file and the harness beside it declare, by name. */
	declared: ReadonlyMap<string, string>;
}

const anyNode = z.looseObject({ type: z.string(), start: z.number(), end: z.number() });
type Node = z.output<typeof anyNode>;
const call = z.looseObject({ callee: anyNode, arguments: z.array(anyNode) });
const member = z.looseObject({ object: anyNode, property: z.looseObject({ name: z.string() }) });
const identifier = z.looseObject({ name: z.string() });

/** Every test written in a file; titles of `each` as they are written, with their `%s`. Throws where it can't be read. */
export function testsIn(file: string): WrittenTest[] {
	const source = readFileSync(file, "utf8");
	const { program, errors } = parseSync(file, source);
	if (errors.length > 0) throw new Error(`${file} can't be read: ${errors[0]?.message}`);
	const found: WrittenTest[] = [];
	const declared = new Map<string, string>();

	/** What is called: `test.skipIf(x).each(y)` is test with skipIf and each. */
	function chainOf(node: Node): { root: string; words: string[]; conditions: string[] } | undefined {
		if (node.type === "Identifier") return { root: identifier.parse(node).name, words: [], conditions: [] };
		if (node.type === "MemberExpression") {
			const named = member.safeParse(node);
			const inner = named.success ? chainOf(named.data.object) : undefined;
			return inner && { ...inner, words: [...inner.words, named.data?.property.name ?? ""] };
		}
		if (node.type !== "CallExpression") return undefined;
		const { callee, arguments: given } = call.parse(node);
		const inner = chainOf(callee);
		const [first] = given;
		const conditional = /^(skipIf|runIf)$/.test(inner?.words.at(-1) ?? "") && first !== undefined;
		return (
			inner && {
				...inner,
				conditions: [...inner.conditions, ...(conditional ? [source.slice(first.start, first.end)] : [])],
			}
		);
	}

	/** What a name stands for, wherever in the file: a table, a helper. */
	function declare({ type, start, end, id }: Node): void {
		const name = identifier.safeParse(id).data?.name;
		if (name === undefined || !/^(VariableDeclarator|FunctionDeclaration)$/.test(type)) return;
		declared.set(name, `${declared.get(name) ?? ""} ${source.slice(start, end)}`);
	}

	function visit(value: unknown, around: WrittenTest): void {
		if (Array.isArray(value)) {
			for (const each of value) visit(each, around);
			return;
		}
		const parsed = anyNode.safeParse(value);
		if (!parsed.success) return;
		declare(parsed.data);
		let inside = around;
		if (parsed.data.type === "CallExpression") {
			const { callee, arguments: given } = call.parse(parsed.data);
			const chain = chainOf(callee);
			const title = given[0] === undefined ? undefined : textOf(given[0]);
			if (chain !== undefined && title !== undefined && given.length > 1 && /^(describe|test|it)$/.test(chain.root)) {
				const never = chain.words.find((word) => /^(skip|todo|fails)$/.test(word)) ?? around.never;
				inside = {
					path: [...around.path, title],
					conditions: [...around.conditions, ...chain.conditions],
					text: `${around.text} ${source.slice(parsed.data.start, chain.root === "describe" ? callee.end : parsed.data.end)}`,
					declared,
					...(never === undefined ? {} : { never }),
				};
				if (chain.root !== "describe") found.push(inside);
			}
		}
		for (const child of Object.values(parsed.data)) if (typeof child === "object") visit(child, inside);
	}

	function textOf(node: Node): string | undefined {
		if (node.type === "TemplateLiteral") return source.slice(node.start + 1, node.end - 1);
		return z.looseObject({ type: z.literal("Literal"), value: z.string() }).safeParse(node).data?.value;
	}

	visit(program, { path: [], conditions: [], text: "", declared });
	const harness = join(dirname(file), "harness.ts");
	if (file !== harness && existsSync(harness)) {
		const { program: beside } = parseSync(harness, readFileSync(harness, "utf8"));
		for (const [name, text] of declarationsOf(beside, readFileSync(harness, "utf8"))) declared.set(name, text);
	}
	return found;
}

/** What a module exports as `export function NAME` or `export const NAME`, by name. */
function declarationsOf(program: unknown, source: string): [string, string][] {
	const { body } = z.looseObject({ body: z.array(anyNode) }).parse(program);
	return body.flatMap(({ start, end }): [string, string][] => {
		const text = source.slice(start, end);
		const name = /^export (?:async )?(?:function|const) (\w+)/.exec(text)?.[1];
		return name === undefined ? [] : [[name, text]];
	});
}

/** Whether a test, or a table or helper it uses, names the tool: as clients do, or as its definition is called. */
function uses({ text, declared }: WrittenTest, tool: string): boolean {
	let whole = text;
	const open = new Map(declared);
	for (let grown = true; grown; ) {
		grown = false;
		for (const [name, meaning] of open) {
			if (!new RegExp(`\\b${name}\\b`).test(whole)) continue;
			open.delete(name);
			whole += meaning;
			grown = true;
		}
	}
	const definition = tool.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
	return new RegExp(`\\b(?:${tool}|${definition})\\b`).test(whole);
}

/**
 * Why a test may be left out: a program or a system it needs that is not here, by the condition as it is written.
 * Whatever else leaves a test out is no reason.
 */
const reasons = [
	/^!hasSandbox$/,
	/^!hasBrowser( \|\| process\.platform !== "linux")?$/,
	/^!hasSoundServer$/,
	/^process\.platform !== "linux"$/,
	/^(Bun\.which\("[\w-]+"\) === null( \|\| )?)+$/,
	/^(speaker|voice|browser|chromium) === undefined( \|\| .+)?$/,
	/^!has\("[\w-]+"\)( \|\| !has\("[\w-]+"\))*$/,
	/^missing\.length > 0$/,
	/^kind === "with ripgrep" && Bun\.which\("rg"\) === null$/,
];

/**
 * What is wrong with a proof, "test/file.test.ts > describe > test"; undefined where it names a test that is run, and that
 * uses `tool` where one is given.
 */
export function complaintOf(
	proof: string,
	root: string,
	read: (file: string) => WrittenTest[],
	tool?: string,
): string | undefined {
	const [path = "", ...names] = proof.split(" > ");
	const file = `${root}${path}`;
	if (!/^test\/[\w./-]+\.test\.tsx?$/.test(path) || !existsSync(file)) return "there is no such file";
	const named = read(file).filter(
		(one) => names.length > 0 && names.join(" > ") === one.path.slice(-names.length).join(" > "),
	);
	const [first] = named;
	if (first === undefined) return "there is no such test";
	if (named.length > 1) return "two tests are called so";
	if (first.never !== undefined) return `it is marked ${first.never}`;
	if (tool !== undefined && !uses(first, tool)) return "it does not use the tool";
	const unfounded = first.conditions.find((condition) => !reasons.some((reason) => reason.test(condition)));
	return unfounded === undefined ? undefined : `it is left out for no known reason: ${unfounded}`;
}
