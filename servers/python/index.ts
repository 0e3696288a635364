import { defineServer } from "../../core/contract/index.ts";
import { createAdapters, type PythonAdapters, pythonSettings } from "./adapters/index.ts";
import { analyzeCode } from "./tools/analyze-code.ts";
import { analysisStatus, analyzeData, stopAnalysis } from "./tools/analyze-data.ts";
import { executeCode } from "./tools/execute-code.ts";
import { installationStatus, installPackage } from "./tools/install-package.ts";
import { interruptExecution } from "./tools/interrupt-execution.ts";
import { listSessions } from "./tools/list-sessions.ts";
import { readExecution } from "./tools/read-execution.ts";
import { resetSession } from "./tools/reset-session.ts";

/** Python code, run and analysed in sessions of their own. */
export const server = defineServer<PythonAdapters, typeof pythonSettings>({
	name: "python",
	title: "Python",
	description: "Runs and analyses Python code and data in isolated sessions that keep their variables.",
	port: 8000,
	instructions:
		"Sessions keep variables between calls. There is no network inside them; install_package brings packages. " +
		"A call that is still running after 45 s returns status running: go on with read_execution, analysis_status or installation_status.",
	settings: pythonSettings,
	tools: [
		executeCode,
		readExecution,
		interruptExecution,
		analyzeCode,
		analyzeData,
		analysisStatus,
		stopAnalysis,
		installPackage,
		installationStatus,
		listSessions,
		resetSession,
	],
	adapters: createAdapters,
	requirements: (adapters) => adapters.requirements(),
});
