import { AiosError, type ErrorCode } from "../../../core/contract/index.ts";

interface Trouble {
	/** What git says then. */
	says: RegExp;
	code: ErrorCode;
	message: (said: string) => string;
	spoken: (said: string) => string;
	fix?: string;
}

const saidBy = (said: string) => `Git said: ${said}`;
const spokenBy = (said: string) => `Git says: ${said}`;

/** What goes wrong between people and git, and what to do then. */
const troubles: readonly Trouble[] = [
	{
		says: /could not read Username|Authentication failed|Permission denied \(publickey\)|terminal prompts disabled/,
		code: "unauthenticated",
		message: (said) => `Git was not allowed in: ${said}`,
		spoken: () => "Git could not sign in to the remote.",
		fix: "Sign in once in a terminal (git's credential helper or an SSH key), then try again.",
	},
	{
		says: /Could not resolve host|unable to access|Connection (refused|timed out)/,
		code: "unavailable",
		message: (said) => `The remote can't be reached: ${said}`,
		spoken: () => "The remote can't be reached.",
		fix: "Check the network and the remote's address (git remote -v), then try again.",
	},
	{
		says: /does not appear to be a git repository|No configured push destination|No remote repository specified/,
		code: "not_found",
		message: saidBy,
		spoken: () => "This repository has no such remote.",
		fix: "git remote -v shows the remotes there are; git remote add NAME ADDRESS adds one.",
	},
	{
		says: /\[rejected\]|non-fast-forward|fetch first/,
		code: "conflict",
		message: () => "The remote has commits that are not here, so nothing was pushed.",
		spoken: () => "The remote has newer commits. Pull first, then push again.",
		fix: "Pull first, then push again.",
	},
	{
		says: /Need to specify how to reconcile divergent branches|Not possible to fast-forward/,
		code: "conflict",
		message: () => "Both this branch and the remote's have commits of their own.",
		spoken: () => "You and the remote both have new commits. Pull with rebase, or merge.",
		fix: "Use git pull --rebase, or git pull --no-rebase to merge.",
	},
	{
		says: /^CONFLICT |Automatic merge failed/m,
		code: "conflict",
		message: saidBy,
		spoken: () => "There are conflicts. The files are on the page.",
		fix: "git_status names the files in conflict; mend and commit them, or use git merge --abort or git rebase --abort.",
	},
	{
		says: /already exists/,
		code: "conflict",
		message: saidBy,
		spoken: spokenBy,
		fix: "Choose another name, or use the one there is.",
	},
	{
		says: /nothing (added )?to commit|no changes added to commit/,
		code: "conflict",
		message: saidBy,
		spoken: spokenBy,
		fix: "git_status shows what has changed; what is to be committed has to be changed or added first.",
	},
	{
		says: /would be overwritten by|Please commit your changes or stash them/,
		code: "conflict",
		message: saidBy,
		spoken: () => "You have changes that would be lost. Commit or stash them first.",
		fix: "Commit the changes, or use git stash, then try again.",
	},
	{
		says: /index\.lock/,
		code: "busy",
		message: () => "Another git works in this repository at this moment.",
		spoken: () => "Another git is working there. Try again in a moment.",
		fix: "Try again in a moment; where no git runs any more, delete .git/index.lock.",
	},
	{
		says: /pathspec .* did not match|(unknown|bad) revision|invalid reference|not a (valid|commit)|bad object/,
		code: "not_found",
		message: saidBy,
		spoken: spokenBy,
		fix: "Check the name: git branch --all, git tag and git_log show those there are, git_status the files.",
	},
	{
		says: /Invalid regular expression|Unmatched|Invalid (preceding|range)/,
		code: "bad_request",
		message: saidBy,
		spoken: spokenBy,
		fix: "Mend the regular expression, or search for plain text.",
	},
	{
		says: /is not permitted|is blocked by/,
		code: "forbidden",
		message: (said) => said,
		spoken: (said) => said,
		fix: "Leave that option out, or run the command yourself in a terminal.",
	},
	{
		says: /block timeout reached/,
		code: "timeout",
		message: () => "Git took too long and was stopped.",
		spoken: () => "Git took too long and was stopped.",
		fix: "Try again; for a large repository run it in a terminal.",
	},
	{
		says: /Author identity unknown|Please tell me who you are/,
		code: "missing_part",
		message: () => "Git does not know who you are.",
		spoken: () => "Git does not know who you are.",
		fix: 'Run: git config --global user.name "Your Name" and user.email once.',
	},
];

/** Turns what git said into an error with what to do about it. */
export function explainGit(error: unknown): never {
	const message = error instanceof Error ? error.message.trim() : String(error);
	const lines = message.split("\n").filter((line) => line.trim() !== "");
	const conflicts = lines.filter((line) => line.startsWith("CONFLICT "));
	// A hook prints what it does first and why it refuses last.
	const said = (
		conflicts.join(" ") ||
		(/^(?:fatal|error): (.*)$/m.exec(message)?.[1] ?? lines.at(-1) ?? "nothing")
	).slice(0, 500);
	const found = troubles.find(({ says }) => says.test(message));
	const { code, fix } = found ?? { code: "upstream_failed" as const, fix: "What git printed is in the details." };
	throw new AiosError(code, (found?.message ?? saidBy)(said), {
		spoken: (found?.spoken ?? spokenBy)(said),
		...(fix === undefined ? {} : { fix }),
		details: { output: message.slice(-4_000) },
		cause: error,
	});
}
