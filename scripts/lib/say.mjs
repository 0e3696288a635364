const colour = process.stderr.isTTY && process.env.NO_COLOR === undefined;
const paint = (code, text) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);

/** One line about what is happening. Progress goes to stderr, so that stdout carries results only. */
export function say(text) {
	process.stderr.write(`${paint("36", "›")} ${text}\n`);
}

/** Something that works less well than it could, and what to do about it. */
export function warn(text) {
	process.stderr.write(`${paint("33", "!")} ${text}\n`);
}

/** Tells what went wrong and what to do, and ends with a failure. */
export function fail(what, fix) {
	process.stderr.write(`${paint("31", "✗")} ${what}\n`);
	if (fix !== undefined) process.stderr.write(`  ${fix}\n`);
	process.exit(1);
}

/**
 * A step that takes a while: says that it began, how far it is, and how long it took. On a terminal one line
 * is rewritten each second; elsewhere (a log) a line comes every ten seconds.
 */
export function step(title, progress = () => "") {
	const began = Date.now();
	const live = process.stderr.isTTY === true;
	const line = () => `${paint("36", "›")} ${title}… ${[progress(), elapsed(began)].filter(Boolean).join(", ")}`;
	if (!live) process.stderr.write(`${paint("36", "›")} ${title}…\n`);
	const draw = () => process.stderr.write(live ? `\r\u001b[2K${line()}` : `${line()}\n`);
	if (live) draw();
	const timer = setInterval(draw, live ? 1_000 : 10_000);
	const end = (mark, text) => {
		clearInterval(timer);
		process.stderr.write(`${live ? "\r\u001b[2K" : ""}${mark} ${text} (${elapsed(began)})\n`);
	};
	return {
		done: (text = title) => end(paint("32", "✓"), text),
		failed: (text = title) => end(paint("31", "✗"), text),
	};
}

function elapsed(began) {
	const seconds = (Date.now() - began) / 1000;
	return seconds < 10 ? `${seconds.toFixed(1)} s` : `${Math.round(seconds)} s`;
}
