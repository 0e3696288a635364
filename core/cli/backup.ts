import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Command } from "commander";
import { AiosError } from "../contract/index.ts";
import { openStore } from "../store/index.ts";
import type { CliDeps } from "./deps.ts";

/** `aios backup FILE`: a complete, checked copy of the database, also while the assistant runs. */
export function register(program: Command, deps: Pick<CliDeps, "settings" | "print" | "note">): void {
	program
		.command("backup")
		.description("copy the database to a file, also while the assistant runs; the copy is checked")
		.argument("<file>", "a name that is not taken")
		.action(async (file: string) => {
			const { dataDir } = await deps.settings();
			const path = join(dataDir, "aios.db");
			if (!existsSync(path)) {
				throw new AiosError("not_found", `There is no database in ${dataDir} yet.`, {
					fix: "Start AIOS once, or name its data folder with AIOS_DATA_DIR.",
				});
			}
			const store = openStore({ path });
			try {
				store.backup(resolve(file));
			} finally {
				store.close();
			}
			deps.print(resolve(file));
			deps.note(
				`To go back to it, stop AIOS, take ${path} and the files beside it that begin so away, copy this one there.`,
			);
		});
}
