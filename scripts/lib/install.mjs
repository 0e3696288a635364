import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { hashOf, stamp } from "./hash.mjs";
import { bunPath, inRoot, root } from "./paths.mjs";
import { capture } from "./run.mjs";
import { fail, step } from "./say.mjs";

/** Packages whose install scripts would download what the product brings or finds by itself. */
const skipDownloads = {
	ONNXRUNTIME_NODE_INSTALL: "skip",
	ONNXRUNTIME_NODE_INSTALL_CUDA: "skip",
	PUPPETEER_SKIP_DOWNLOAD: "1",
	PUPPETEER_SKIP_CHROMIUM_DOWNLOAD: "1",
	SCARF_ANALYTICS: "false",
};

const oldestNode = 20;

/** Installs the packages of package-lock.json unless exactly these are there already. */
export async function ensurePackages() {
	if (Number(process.versions.node.split(".")[0]) < oldestNode) {
		fail(
			`This is Node ${process.versions.node}; AIOS needs Node ${oldestNode} or newer.`,
			"Install it from nodejs.org.",
		);
	}
	const wanted = `${hashOf([inRoot("package-lock.json")], root)} ${process.platform} ${process.arch}`;
	const installed = stamp(inRoot("node_modules", ".aios-installed"));
	if (installed.is(wanted) && existsSync(bunPath())) return;
	if (!matchesLock()) await install();
	const bun = await capture(bunPath(), ["--version"]);
	if (bun.code !== 0) {
		fail(
			`Bun, the runtime AIOS runs on, does not start: ${bun.output.trim() || "no output"}`,
			"Delete the folder node_modules and run the command again.",
		);
	}
	installed.set(wanted);
}

async function install() {
	const wanted = packagesFor(process);
	const progress = step("Installing packages (first time, or since they changed)", () => {
		// npm makes all folders first and fills them afterwards.
		const there = wanted.filter((path) => existsSync(inRoot(path, "package.json"))).length;
		return `${Math.min(99, Math.floor((100 * there) / wanted.length))} %`;
	});
	const connected = await registryAnswers();
	const flags = ["--include=dev", "--include=optional", "--no-audit", "--no-fund"];
	const retries = ["--fetch-retries=3", "--fetch-retry-mintimeout=500", "--fetch-retry-maxtimeout=5000"];
	// Without a registry npm would try each package in turn for minutes; its cache alone is looked at in seconds.
	const result = await npm(["ci", ...flags, ...(connected ? retries : ["--offline"])]);
	if (result.code === 0) {
		progress.done("Packages installed");
		return;
	}
	progress.failed("Packages could not be installed");
	if (!connected || networkTrouble.test(result.output)) {
		fail(
			"No package registry can be reached.",
			"Connect to the internet once (or set npm's registry), then run this again.",
		);
	}
	process.stderr.write(`${result.output.trim()}\n`);
	if (/ENOSPC/.test(result.output)) fail("The disk is full.", "Free about 2 GB, then run this again.");
	fail("npm ci failed; its own words are above.", "Delete the folder node_modules and run this again.");
}

const networkTrouble =
	/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT/;

/** False where the registry can't be reached at all; one that answers with an error is left to the installation. */
async function registryAnswers() {
	const { code, output } = await npm([
		"ping",
		"--fetch-retries=1",
		"--fetch-retry-mintimeout=500",
		"--fetch-timeout=8000",
	]);
	return code === 0 || !networkTrouble.test(output);
}

/** Runs the npm that started us, or the one on the PATH; options as `capture` takes them. */
export function npm(args, options = {}) {
	const env = { ...process.env, ...skipDownloads };
	const own = process.env.npm_execpath;
	// Started by `npm --silent`, it would not say why it fails.
	const all = [...args, "--loglevel=error"];
	if (own !== undefined && basename(own) === "npm-cli.js")
		return capture(process.execPath, [own, ...all], { ...options, env });
	return capture("npm", all, { ...options, env, shell: process.platform === "win32" });
}

/** True where npm's own record of what it installed agrees with the lock file. */
function matchesLock() {
	const record = inRoot("node_modules", ".package-lock.json");
	if (!existsSync(record)) return false;
	const have = lockedPackages(record);
	return Object.entries(lockedPackages(inRoot("package-lock.json"))).every(([path, wanted]) => {
		if (have[path] === undefined) return wanted.optional === true;
		return have[path].version === wanted.version && have[path].integrity === wanted.integrity;
	});
}

function lockedPackages(path) {
	const { packages } = JSON.parse(readFileSync(path, "utf8"));
	return Object.fromEntries(Object.entries(packages).filter(([name, entry]) => name !== "" && !entry.link));
}

/** Where the packages of the lock file come to lie on a machine of this kind. */
function packagesFor({ platform, arch }) {
	const fits = (allowed, is) => allowed === undefined || allowed.includes(is);
	return Object.entries(lockedPackages(inRoot("package-lock.json")))
		.filter(([, { os, cpu }]) => fits(os, platform) && fits(cpu, arch))
		.map(([path]) => path);
}
