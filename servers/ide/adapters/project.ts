import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

/** A program a project brings or names for a job. */
export interface Runner {
	/** What people call it: "vitest", "pytest", "cargo test". */
	name: string;
	argv: readonly string[];
}

export interface Project {
	tests: Runner | undefined;
	formatter: Runner | undefined;
	/** Each reports problems in one of the forms diagnostics.ts reads. */
	linters: readonly Runner[];
}

const packageSchema = z.object({
	scripts: z.record(z.string(), z.string()).default({}),
	dependencies: z.record(z.string(), z.string()).default({}),
	devDependencies: z.record(z.string(), z.string()).default({}),
});

/** Reads from a project's own files which programs test, format and check it. */
export async function inspectProject(root: string): Promise<Project> {
	const files = new Set(await readdir(root));
	const parts = await Promise.all([
		files.has("package.json") ? nodeProject(root, files) : undefined,
		isPython(files) ? pythonProject(root, files) : undefined,
		files.has("Cargo.toml") ? cargo : undefined,
		files.has("go.mod") ? go : undefined,
	]);
	const found = parts.filter((part) => part !== undefined);
	return {
		tests:
			found.find(({ tests }) => tests !== undefined)?.tests ??
			(files.has("Makefile") ? { name: "make test", argv: ["make", "test"] } : undefined),
		formatter: found.find(({ formatter }) => formatter !== undefined)?.formatter,
		linters: found.flatMap(({ linters }) => linters),
	};
}

const cargo: Project = {
	tests: { name: "cargo test", argv: ["cargo", "test", "--color", "never"] },
	formatter: { name: "cargo fmt", argv: ["cargo", "fmt"] },
	linters: [{ name: "cargo check", argv: ["cargo", "check", "--message-format", "short", "--color", "never"] }],
};

const go: Project = {
	tests: { name: "go test", argv: ["go", "test", "-v", "./..."] },
	formatter: { name: "gofmt", argv: ["gofmt", "-w", "."] },
	linters: [{ name: "go vet", argv: ["go", "vet", "./..."] }],
};

async function nodeProject(root: string, files: ReadonlySet<string>): Promise<Project> {
	const text = await readFile(join(root, "package.json"), "utf8");
	const parsed = packageSchema.safeParse(parseJson(text));
	const { scripts, dependencies, devDependencies } = parsed.success ? parsed.data : packageSchema.parse({});
	const has = (name: string) => name in dependencies || name in devDependencies;
	const bin = (name: string, ...args: string[]): Runner => ({
		name,
		argv: [join(root, "node_modules/.bin", name), ...args],
	});
	const manager = files.has("pnpm-lock.yaml")
		? "pnpm"
		: files.has("yarn.lock")
			? "yarn"
			: files.has("bun.lock")
				? "bun"
				: "npm";
	const testScript = scripts.test !== undefined && !/no test specified/.test(scripts.test);
	return {
		tests: testScript
			? { name: `${manager} test`, argv: [manager, "run", "test"] }
			: has("vitest")
				? bin("vitest", "run")
				: has("jest")
					? bin("jest")
					: undefined,
		formatter: has("@biomejs/biome")
			? bin("biome", "format", "--write")
			: has("prettier")
				? bin("prettier", "--write")
				: undefined,
		linters: [
			...(has("typescript") && files.has("tsconfig.json") ? [bin("tsc", "--noEmit", "--pretty", "false")] : []),
			...(has("@biomejs/biome") ? [bin("biome", "lint", "--reporter=github", "--colors=off")] : []),
			...(has("eslint") ? [bin("eslint", "--format", "stylish", ".")] : []),
		],
	};
}

function isPython(files: ReadonlySet<string>): boolean {
	return ["pyproject.toml", "setup.py", "setup.cfg", "requirements.txt", "pytest.ini"].some((name) => files.has(name));
}

async function pythonProject(root: string, files: ReadonlySet<string>): Promise<Project> {
	const venv = [".venv", "venv"].find((name) => files.has(name));
	const tool = (name: string, ...args: string[]): Runner => ({
		name,
		argv: [
			venv === undefined ? name : join(root, venv, process.platform === "win32" ? "Scripts" : "bin", name),
			...args,
		],
	});
	return {
		tests: tool("pytest", "-q", "--color=no"),
		formatter: tool("ruff", "format"),
		linters: [tool("ruff", "check", "--output-format", "concise", "--no-cache")],
	};
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return {};
	}
}
