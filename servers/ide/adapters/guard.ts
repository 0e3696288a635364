import { lstat } from "node:fs/promises";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { AiosError } from "../../../core/contract/index.ts";
import type { Folders } from "../../../core/files/index.ts";

/** Git commands a person works with; those that run other programs, serve, or rewrite all of history are not among them. */
const commands = new Set(
	(
		"add am apply archive bisect blame branch cat-file cherry cherry-pick clean checkout commit config describe diff fetch " +
		"format-patch grep init log ls-files ls-remote ls-tree merge merge-base mv name-rev notes pull push range-diff rebase reflog " +
		"remote reset restore rev-list rev-parse revert rm shortlog show show-branch show-ref sparse-checkout stash status " +
		"submodule switch tag whatchanged worktree"
	).split(" "),
);

/** Options that make git run a program, read another repository's settings, or write where it is told to. */
const dangerous = [
	"--upload-pack",
	"--receive-pack",
	"--exec",
	"--exec-path",
	"--config-env",
	"--git-dir",
	"--work-tree",
	"--namespace",
	"--super-prefix",
	"--ext-diff",
	"--textconv",
	"--open-files-in-pager",
	"--output",
	"--output-directory",
	"--template",
	"--separate-git-dir",
	"--edit",
	"--edit-description",
	"--paginate",
	"--gpg-sign",
	"--remote",
	"--extcmd",
	"--no-index",
	"--strategy",
	"--server-option",
	"--recurse-submodules",
	// These read a file that is not git's, and show it or what is wrong with it.
	"--file",
	"--add-file",
	"--contents",
	"--exclude-from",
	"--exclude-per-directory",
	"--ignore-revs-file",
	"--pathspec-from-file",
	"--unsafe-paths",
];

/** Options of single commands that run a program: `rebase -x`, `grep -O`, `fetch -u`, `clone -u`. */
const dangerousShort: Readonly<Record<string, RegExp>> = {
	rebase: /^-[a-z]*[xi]/,
	grep: /^-[a-zA-Z]*O/,
	archive: /^-[a-z]*o/,
	"format-patch": /^-[a-z]*o/,
	commit: /^-[a-zA-Z]*[eSF]/,
	tag: /^-[a-zA-Z]*[eF]/,
	merge: /^-[a-zA-Z]*[seF]/,
	"cherry-pick": /^-[a-zA-Z]*[es]/,
	revert: /^-[a-zA-Z]*s/,
	pull: /^-[a-zA-Z]*s/,
	add: /^-[a-zA-Z]*[ie]/,
	config: /^-[a-zA-Z]*[ef]/,
	notes: /^-[a-zA-Z]*F/,
	"ls-files": /^-[a-zA-Z]*X/,
	am: /^-[a-zA-Z]*i/,
};

/** Second words that run programs or wait for an editor. */
const dangerousActions: Readonly<Record<string, readonly string[]>> = {
	bisect: ["run", "visualize", "view"],
	submodule: ["foreach", "add", "update", "sync"],
	notes: ["edit"],
};

/**
 * Takes git's words apart from `git` itself and gives them back where nothing in them can run a program or reach past
 * the repository. Throws `forbidden` naming the word that can't be used.
 */
export function guardArguments(words: readonly string[]): string[] {
	const [command = "", ...rest] = words[0] === "git" ? words.slice(1) : words;
	if (!commands.has(command)) {
		throw refuse(
			command === "" ? "an empty command" : `git ${command}`,
			`These can be used: ${[...commands].join(", ")}.`,
		);
	}
	const end = rest.indexOf("--");
	const options = end < 0 ? rest : rest.slice(0, end);
	for (const word of options) checkOption(command, word);
	for (const word of rest) checkAddress(word);
	const action = options.find((word) => !word.startsWith("-"));
	if (action !== undefined && dangerousActions[command]?.includes(action)) throw refuse(`git ${command} ${action}`);
	// The first word decides: `git config core.pager list` would set it.
	if (command === "config" && !["--get", "--list", "-l", "--get-all", "get", "list"].includes(rest[0] ?? "")) {
		throw refuse("changing git's settings", "git config --get and --list can be used.");
	}
	return [command, ...rest];
}

/** Options whose value is text that people write, and may look like a path. */
const textOptions =
	/^(?:-m|--(?:message|grep|author|committer|format|pretty|since|until|after|before|date|subject-prefix))$/;

/**
 * Throws `forbidden` where a word names a file or a repository outside the allowed folders: `fetch /elsewhere`,
 * `worktree add ../../x`, `diff /etc/passwd a`, also by a symbolic link or inside an option.
 */
export async function guardPaths(words: readonly string[], root: string, folders: Folders): Promise<void> {
	for (const [index, word] of words.entries()) {
		const [, option, value] = /^(-[^=]*)=(.*)$/s.exec(word) ?? [];
		if (textOptions.test(option ?? words[index - 1] ?? "")) continue;
		const said = value ?? word;
		const path = /^file:/i.test(said) ? fileURLToPath(said) : said;
		if (!/^(?:[/~]|\.\.(?:[/\\]|$))|[/\\]\.\.(?:[/\\]|$)/.test(path) && !(await isThere(resolve(root, path)))) continue;
		await folders.resolve(path.startsWith("~") ? path : resolve(root, path));
	}
}

const isThere = (path: string) =>
	lstat(path).then(
		() => true,
		() => false,
	);

function checkOption(command: string, word: string): void {
	if (!word.startsWith("-") || word === "-") return;
	if (!word.startsWith("--")) {
		if (
			/^-[cC]$|^-c./.test(word) &&
			!["commit", "switch", "checkout", "branch", "log", "show", "diff", "blame"].includes(command)
		) {
			throw refuse(`the option ${word}`);
		}
		if (dangerousShort[command]?.test(word)) throw refuse(`the option ${word} of git ${command}`);
		return;
	}
	const name = word.replace(/=.*$/s, "");
	// Git takes any unambiguous beginning of an option for the whole of it.
	const meant = dangerous.find((option) => option === name || (name.length >= 4 && option.startsWith(name)));
	if (meant !== undefined) throw refuse(`the option ${name}`);
}

/** `ext::` and its kind run a program; an address that begins with a dash is an option to ssh. */
function checkAddress(word: string): void {
	if (/^[a-z0-9+.-]+::/i.test(word)) throw refuse(`the address ${word}`);
	if (/^(ssh|git|https?):\/\/-|^[^/@]*@-|^-[^/]*:/i.test(word)) throw refuse(`the address ${word}`);
}

function refuse(what: string, fix?: string): AiosError {
	return new AiosError("forbidden", `${what} can't be used: it could run programs or reach past the repository.`, {
		spoken: "That git command could run other programs, so I won't run it.",
		...(fix === undefined ? {} : { fix }),
	});
}
