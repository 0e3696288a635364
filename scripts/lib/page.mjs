import { hashOf, stamp } from "./hash.mjs";
import { bunPath, inRoot, root } from "./paths.mjs";
import { capture } from "./run.mjs";
import { step } from "./say.mjs";

/** What the page is built from. */
const sources = ["ui/web", "core/contract", "core/text", "package-lock.json", "tsconfig.json"];

/** Builds the page into ui/web/dist unless it was built from just these sources. Gives the reason where it could not. */
export async function ensurePage() {
	const wanted = hashOf(
		sources.map((path) => inRoot(path)),
		root,
	);
	const built = stamp(inRoot("ui", "web", "dist", ".built-from"));
	if (built.is(wanted)) return undefined;
	const progress = step("Building the page");
	const { code, output } = await capture(bunPath(), [
		"--bun",
		inRoot("node_modules", "vite", "bin", "vite.js"),
		"build",
		inRoot("ui", "web"),
	]);
	if (code !== 0) {
		progress.failed("The page could not be built");
		return output.trim();
	}
	built.set(wanted);
	progress.done("Page built");
	return undefined;
}
