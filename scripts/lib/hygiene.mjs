import { readFileSync, statSync } from "node:fs";
import { basename } from "node:path";
import { inRoot } from "./paths.mjs";
import { capture } from "./run.mjs";

const largestBytes = 2_000_000;

/** What must never land: where to look, what for, and what to say of it. */
const rules = [
	{
		files: /(^|\/)package-lock\.json$/,
		pattern: /"resolved": "https?:/,
		says: "a download address in the lock file (npm's omit-lockfile-registry-resolved keeps them out)",
	},
	{ files: /\.(ts|tsx|mjs|rs|py|sh)$/, pattern: /\b(TO[D]O|FIX[M]E|XX[X]|HAC[K])\b/, says: "an unfinished mark" },
	{
		files: /\.test\.tsx?$/,
		pattern: /\b(it|test|describe)\.(only|skip|todo)\(/,
		says: "a test focused or skipped without a reason found at run time (use skipIf)",
	},
	{
		files: /./,
		pattern: /-----BEGIN (RSA |EC |OPENSSH )?PRIVATE KEY-----\n[A-Za-z0-9+/=\n]{64}/,
		says: "a private key",
	},
	{
		files: /./,
		pattern: /\b(ghp_[A-Za-z0-9]{36}|github_pat_\w{60,}|AKIA[0-9A-Z]{16}|sk-[A-Za-z0-9_-]{40,})\b/,
		says: "a secret",
	},
	{ files: /./, pattern: /\baios_[0-9a-f]{12}_[A-Za-z0-9_-]{43}\b/, says: "an API key of AIOS" },
];

/** Looks through every file git knows or would take, and gives one line for each thing that must not land. */
export async function findDebris() {
	const { code, output } = await capture("git", ["ls-files", "--cached", "--others", "--exclude-standard"]);
	if (code !== 0) return [`git ls-files failed: ${output.trim()}`];
	return output.split("\n").filter(Boolean).flatMap(inspect);
}

function inspect(path) {
	const found = statSync(inRoot(path), { throwIfNoEntry: false });
	if (found === undefined || !found.isFile()) return [];
	if (found.size > largestBytes) return [`${path}: larger than 2 MB (weights and data stay out)`];
	if (/^\.env(\.|$)/.test(basename(path))) return [`${path}: an environment file`];
	const text = readFileSync(inRoot(path), "utf8");
	if (text.includes("\u0000")) return [];
	return rules
		.filter((rule) => rule.files.test(path))
		.flatMap(({ pattern, says }) => {
			const at = text.search(pattern);
			return at < 0 ? [] : [`${path}:${text.slice(0, at).split("\n").length}: ${says}`];
		});
}
