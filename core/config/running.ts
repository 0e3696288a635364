import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const addressFile = (dataDir: string) => join(dataDir, "address");

/** Leaves word in the data folder of where its assistant answers, as a URL; gives what takes it away again. */
export function tellAddress(dataDir: string, url: string): () => void {
	writeFileSync(addressFile(dataDir), `${url}\n`, { mode: 0o600 });
	return () => rmSync(addressFile(dataDir), { force: true });
}

/** Where the assistant of a data folder answers, whatever the settings of this shell say; undefined while none runs. */
export function toldAddress(dataDir: string): string | undefined {
	const file = addressFile(dataDir);
	const told = existsSync(file) ? readFileSync(file, "utf8").trim() : "";
	return URL.canParse(told) ? told : undefined;
}
