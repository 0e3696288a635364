/** Of every tool the tests that prove its main use, a bad input and a failure of the outside part. */
export const manifest: Record<string, { main: string; bad: string; failure: string }> = {
	"python.execute_code": {
		main: "test/servers/python/execute.test.ts > Python in its sandbox > variables stay between calls, and the last expression is the result",
		bad: "test/servers/python/failures.test.ts > input that makes no sense is refused > %s given %j",
		failure: "test/servers/python/execute.test.ts > Python in its sandbox > a crash costs that session only",
	},
	"python.read_execution": {
		main: "test/servers/python/execute.test.ts > Python in its sandbox > long output is cut, and the rest can be read",
		bad: "test/servers/python/failures.test.ts > input that makes no sense is refused > %s given %j",
		failure: "test/servers/python/failures.test.ts > without Python a tool says so > %s",
	},
	"python.interrupt_execution": {
		main: "test/servers/python/execute.test.ts > Python in its sandbox > running code can be interrupted by another call",
		bad: "test/servers/python/failures.test.ts > input that makes no sense is refused > %s given %j",
		failure: "test/servers/python/failures.test.ts > without Python a tool says so > %s",
	},
	"python.analyze_code": {
		main: "test/servers/python/analyze.test.ts > analysing with the packages for it > code is read for errors, lint and complexity, and never run",
		bad: "test/servers/python/failures.test.ts > input that makes no sense is refused > %s given %j",
		failure: "test/servers/python/failures.test.ts > without Python a tool says so > %s",
	},
	"python.analyze_data": {
		main: "test/servers/python/analyze.test.ts > analysing with the packages for it > a %s file is read and can be worked on afterwards",
		bad: "test/servers/python/analyze.test.ts > analysing with the packages for it > a broken file is said to be unreadable",
		failure: "test/servers/python/failures.test.ts > without Python a tool says so > %s",
	},
	"python.analysis_status": {
		main: "test/servers/python/analyze.test.ts > analysing with the packages for it > data that takes long to read goes on behind the answer; its summary and plot are there afterwards",
		bad: "test/servers/python/failures.test.ts > input that makes no sense is refused > %s given %j",
		failure:
			"test/servers/python/analyze.test.ts > analysing with the packages for it > a Python that dies over the data is told to whoever asks later",
	},
	"python.stop_analysis": {
		main: "test/servers/python/analyze.test.ts > analysing with the packages for it > an analysis is stopped, its program too, and the session stays",
		bad: "test/servers/python/failures.test.ts > input that makes no sense is refused > %s given %j",
		failure:
			"test/servers/python/analyze.test.ts > analysing with the packages for it > a Python that dies over the data is told to whoever asks later",
	},
	"python.install_package": {
		main: "test/servers/python/analyze.test.ts > analysing with the packages for it > a package is installed into its own session only",
		bad: "test/servers/python/failures.test.ts > input that makes no sense is refused > %s given %j",
		failure:
			"test/servers/python/analyze.test.ts > analysing with the packages for it > a package that does not exist is said so",
	},
	"python.installation_status": {
		main: "test/servers/python/analyze.test.ts > analysing with the packages for it > a package is installed into its own session only",
		bad: "test/servers/python/failures.test.ts > input that makes no sense is refused > %s given %j",
		failure:
			"test/servers/python/analyze.test.ts > analysing with the packages for it > a package that does not exist is said so",
	},
	"python.list_sessions": {
		main: "test/servers/python/execute.test.ts > Python in its sandbox > a person's sessions are limited, and one that is reset makes room",
		bad: "test/servers/python/failures.test.ts > input that makes no sense is refused > %s given %j",
		failure:
			"test/servers/python/execute.test.ts > Python in its sandbox > a Python that is killed is listed as ended, not as busy, and can be reset",
	},
	"python.reset_session": {
		main: "test/servers/python/execute.test.ts > Python in its sandbox > resetting forgets everything",
		bad: "test/servers/python/failures.test.ts > input that makes no sense is refused > %s given %j",
		failure:
			"test/servers/python/execute.test.ts > Python in its sandbox > a Python that is killed is listed as ended, not as busy, and can be reset",
	},
};
