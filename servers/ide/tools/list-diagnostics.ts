import { z } from "zod";
import { AiosError, defineTool } from "../../../core/contract/index.ts";
import { printable, sayCount } from "../../../core/text/index.ts";
import { lasting } from "../../../core/work/index.ts";
import { execute, type IdeAdapters, inspectProject, parseDiagnostics } from "../adapters/index.ts";
import { repositoryField } from "./shared.ts";

const diagnose = defineTool({
	name: "list_diagnostics",
	title: "List problems",
	description:
		"Errors and warnings of the project's own linters and compilers (tsc, biome, eslint, ruff, cargo, go vet); what takes long goes on behind the answer.",
	effect: "read",
	role: "user",
	input: z.object({
		repository: repositoryField,
		severity: z.enum(["all", "error"]).default("all"),
		limit: z.number().int().min(1).max(2000).default(200),
	}),
	output: z.object({
		repository: z.string(),
		ran: z.array(z.string()).describe("Programs that looked"),
		missing: z.array(z.string()).describe("Programs the project names that are not installed"),
		broken: z.array(z.string()).describe("Programs that broke off without naming a problem; output has what they said"),
		errors: z.number().int(),
		warnings: z.number().int(),
		diagnostics: z.array(
			z.object({
				file: z.string(),
				line: z.number().int(),
				column: z.number().int(),
				severity: z.enum(["error", "warning"]),
				message: z.string(),
				source: z.string(),
			}),
		),
	}),
	voice: {
		en: {
			sentences: [
				"(list|show) [me] [the] (problems|errors|warnings|diagnostics) [in|of] [the] [code|project] [{repository}]",
				"(are there|does the code have|do i have) [any] (errors|problems|warnings|mistakes|bugs) [in [the|my|this] (code|project)|in {repository}]",
				"any (errors|problems|warnings|mistakes) in (the code|my code|the project|my project|{repository})",
				"(lint|check) [the|my] (code|project) [of|in] [{repository}]",
				"(does|will) [the|my] (code|project) (compile|build)",
				"does {repository} compile",
				"is (my|the) code (okay|fine|correct|clean|all right)",
				"(what is|is [there] anything) wrong (with|in) (the|my) (code|project)",
			],
			examples: ["does it compile", "what is wrong with my code"],
		},
	},
	timeoutMs: 600_000,
	summary: ({ repository }) => `Check ${repository ?? "the usual repository"} for problems`,
	say({ errors, warnings, diagnostics, ran, broken }) {
		if (ran.length + broken.length === 0) return "None of the project's checkers is installed.";
		const [first] = diagnostics;
		if (first === undefined)
			return broken.length === 0
				? "There are no problems."
				: `${broken.join(" and ")} broke off; what was said is on the page.`;
		const numbers = [errors > 0 ? sayCount(errors, "error") : "", warnings > 0 ? sayCount(warnings, "warning") : ""]
			.filter(Boolean)
			.join(" and ");
		return `There ${errors + warnings === 1 ? "is" : "are"} ${numbers}; the first is in ${first.file.split("/").at(-1)}, line ${first.line}: ${first.message}`;
	},
	async run({ repository, severity, limit }, { repositories, env }: IdeAdapters, { signal, progress, write }) {
		const { root } = await repositories.open(repository, signal);
		const { linters } = await inspectProject(root);
		if (linters.length === 0) {
			throw new AiosError("unsupported", "This project has no linter or compiler I know.", {
				fix: "Add tsc, biome, eslint, ruff, cargo or go to it.",
			});
		}
		const [ran, missing, broken]: [string[], string[], string[]] = [[], [], []];
		const found = [];
		for (const [index, linter] of linters.entries()) {
			progress({ progress: index, total: linters.length, message: `Running ${linter.name}` });
			const result = await execute(linter, { cwd: root, env, signal, onText: write }).catch((error: unknown) => {
				if (error instanceof AiosError && error.code === "missing_part") return undefined;
				throw error;
			});
			if (result === undefined) {
				missing.push(linter.name);
				continue;
			}
			const named = parseDiagnostics(printable(result.output), linter.name, root);
			(result.code === 0 || named.length > 0 ? ran : broken).push(linter.name);
			found.push(...named);
		}
		const errors = found.filter((diagnostic) => diagnostic.severity === "error");
		const warnings = found.length - errors.length;
		const shown =
			severity === "error" ? errors : [...errors, ...found.filter((diagnostic) => diagnostic.severity === "warning")];
		const diagnostics = shown.slice(0, limit);
		return { repository: root, ran, missing, broken, errors: errors.length, warnings, diagnostics };
	},
});

/** What the project's own compilers and linters complain about. */
export const listDiagnostics = lasting(diagnose, {
	still: "I am still checking",
	over: "The check is through",
	broke: "The check failed",
});
