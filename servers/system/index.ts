import { defineServer } from "../../core/contract/index.ts";
import { createAdapters, findRequirements, type SystemAdapters } from "./adapters/index.ts";
import { clipboardRead, clipboardWrite } from "./tools/clipboard.ts";
import { closeApplication } from "./tools/close-application.ts";
import { deletePath } from "./tools/delete-path.ts";
import { editFile } from "./tools/edit-file.ts";
import { executeCommand } from "./tools/execute-command.ts";
import { killProcess } from "./tools/kill-process.ts";
import { launchApplication } from "./tools/launch-application.ts";
import { listCommands } from "./tools/list-commands.ts";
import { listDirectory } from "./tools/list-directory.ts";
import { listProcesses } from "./tools/list-processes.ts";
import { copyPath, movePath } from "./tools/move-path.ts";
import { notify } from "./tools/notify.ts";
import { readFile } from "./tools/read-file.ts";
import { readOutput } from "./tools/read-output.ts";
import { searchFiles } from "./tools/search-files.ts";
import { setVolume } from "./tools/set-volume.ts";
import { systemInfo } from "./tools/system-info.ts";
import { terminate } from "./tools/terminate.ts";
import { writeFile } from "./tools/write-file.ts";
import { writeInput } from "./tools/write-input.ts";

/** Commands, applications, files and processes of this machine. */
export const server = defineServer<SystemAdapters>({
	name: "system",
	title: "System",
	description: "Commands, applications, files and processes of this machine.",
	port: 8002,
	instructions:
		"Files are reached only below the allowed folders. Commands run without a shell unless asked; long ones give an id for read_output, write_input and terminate. Deleted files go to the trash.",
	tools: [
		executeCommand,
		listCommands,
		readOutput,
		writeInput,
		terminate,
		launchApplication,
		closeApplication,
		listProcesses,
		killProcess,
		listDirectory,
		readFile,
		writeFile,
		editFile,
		movePath,
		copyPath,
		deletePath,
		searchFiles,
		systemInfo,
		setVolume,
		notify,
		clipboardRead,
		clipboardWrite,
	],
	adapters: createAdapters,
	requirements: findRequirements,
});
