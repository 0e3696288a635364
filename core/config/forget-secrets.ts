import { variableOf } from "./environment.ts";
import { secretKeys } from "./schema.ts";

/**
 * Takes the secrets among the settings out of the environment once they are read, so that nothing this process runs finds
 * them there. What the system shows of how the process was started (`/proc/PID/environ`, for the same user and root)
 * stays as it was: no runtime can change that.
 */
export function forgetSecrets(env: Record<string, string | undefined> = process.env): void {
	for (const key of secretKeys) delete env[variableOf(key.split("."))];
}
