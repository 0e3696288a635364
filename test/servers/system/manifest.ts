/** Of every tool the tests that prove its main use, a bad input and a failure of the outside part. */
export const manifest: Record<string, { main: string; bad: string; failure: string }> = {
	"system.execute_command": {
		main: "test/servers/system/commands.test.ts > a command's words are run and its output told",
		bad: "test/servers/system/failures.test.ts > input that makes no sense is refused > %s given %j",
		failure: "test/servers/system/commands.test.ts > a program that is not there is named",
	},
	"system.list_commands": {
		main: "test/servers/system/commands.test.ts > which commands still run is told, to whom they belong",
		bad: "test/servers/system/failures.test.ts > input that makes no sense is refused > %s given %j",
		failure: "test/servers/system/commands.test.ts > a command that broke off is not said to run",
	},
	"system.read_output": {
		main: "test/servers/system/commands.test.ts > long output is read on to its end",
		bad: "test/servers/system/failures.test.ts > input that makes no sense is refused > %s given %j",
		failure: "test/servers/system/commands.test.ts > a command of somebody else is not there",
	},
	"system.write_input": {
		main: "test/servers/system/commands.test.ts > in the background it takes input, gives output and is stopped",
		bad: "test/servers/system/failures.test.ts > input that makes no sense is refused > %s given %j",
		failure:
			"test/servers/system/failures.test.ts > where the outside part is missing or gone a tool says so > %s given %j",
	},
	"system.terminate": {
		main: "test/servers/system/commands.test.ts > in the background it takes input, gives output and is stopped",
		bad: "test/servers/system/failures.test.ts > input that makes no sense is refused > %s given %j",
		failure:
			"test/servers/system/failures.test.ts > where the outside part is missing or gone a tool says so > %s given %j",
	},
	"system.launch_application": {
		main: "test/servers/system/applications.test.ts > with a real display > its window opens",
		bad: "test/servers/system/failures.test.ts > input that makes no sense is refused > %s given %j",
		failure:
			"test/servers/system/applications.test.ts > with a real display > one that stops at once is reported as not started, with what it said",
	},
	"system.close_application": {
		main: "test/servers/system/close-application.test.ts > closing an application > names every instance before it is done, and closes just those",
		bad: "test/servers/system/failures.test.ts > input that makes no sense is refused > %s given %j",
		failure:
			"test/servers/system/close-application.test.ts > closing an application > one that stays open is not said to be closed; by force it ends",
	},
	"system.list_processes": {
		main: "test/servers/system/host.test.ts > a program that was just started is in the list, and gone after it ended",
		bad: "test/servers/system/failures.test.ts > input that makes no sense is refused > %s given %j",
		failure: "test/servers/system/host.test.ts > where the program that lists processes is gone, it says so",
	},
	"system.kill_process": {
		main: "test/servers/system/commands.test.ts > ending processes > by number, checked against the name",
		bad: "test/servers/system/commands.test.ts > ending processes > AIOS itself is left alone, and so is what it was started from",
		failure:
			"test/servers/system/failures.test.ts > where the outside part is missing or gone a tool says so > %s given %j",
	},
	"system.list_directory": {
		main: "test/servers/system/files.test.ts > a folder is listed in pages, hidden files only when asked",
		bad: "test/servers/system/failures.test.ts > input that makes no sense is refused > %s given %j",
		failure:
			"test/servers/system/failures.test.ts > where the outside part is missing or gone a tool says so > %s given %j",
	},
	"system.read_file": {
		main: "test/servers/system/files.test.ts > reading > lines are given with where to go on",
		bad: "test/servers/system/files.test.ts > reading > %s is %s",
		failure:
			"test/servers/system/failures.test.ts > where the outside part is missing or gone a tool says so > %s given %j",
	},
	"system.write_file": {
		main: "test/servers/system/files.test.ts > writing > appending adds, folders are made, and nothing else is left lying about",
		bad: "test/servers/system/failures.test.ts > input that makes no sense is refused > %s given %j",
		failure:
			"test/servers/system/failures.test.ts > where the outside part is missing or gone a tool says so > %s given %j",
	},
	"system.edit_file": {
		main: "test/servers/system/files.test.ts > editing > a dry run shows the difference and changes nothing",
		bad: "test/servers/system/files.test.ts > editing > a text that stands there another number of times changes nothing at all",
		failure:
			"test/servers/system/failures.test.ts > where the outside part is missing or gone a tool says so > %s given %j",
	},
	"system.move_path": {
		main: "test/servers/system/files.test.ts > moving and copying > into a folder, by a new name, and not over what is there",
		bad: "test/servers/system/files.test.ts > moving and copying > a folder is never put into itself, and nothing leaves the allowed folders",
		failure:
			"test/servers/system/failures.test.ts > where the outside part is missing or gone a tool says so > %s given %j",
	},
	"system.copy_path": {
		main: "test/servers/system/files.test.ts > moving and copying > into a folder, by a new name, and not over what is there",
		bad: "test/servers/system/failures.test.ts > input that makes no sense is refused > %s given %j",
		failure:
			"test/servers/system/failures.test.ts > where the outside part is missing or gone a tool says so > %s given %j",
	},
	"system.delete_path": {
		main: "test/servers/system/files.test.ts > deleting > it goes to the trash the desktop knows, with where it came from",
		bad: "test/servers/system/files.test.ts > deleting > what is not there, and the allowed folder itself, are refused",
		failure:
			"test/servers/system/failures.test.ts > where the outside part is missing or gone a tool says so > %s given %j",
	},
	"system.search_files": {
		main: "test/servers/system/files.test.ts > searching %s > finds names and contents",
		bad: "test/servers/system/failures.test.ts > input that makes no sense is refused > %s given %j",
		failure:
			"test/servers/system/failures.test.ts > where the outside part is missing or gone a tool says so > %s given %j",
	},
	"system.system_info": {
		main: "test/servers/system/host.test.ts > the memory told is the machine's, and the answer names it",
		bad: "test/servers/system/failures.test.ts > input that makes no sense is refused > %s given %j",
		failure: "test/servers/system/host.test.ts > where the disks can't be read it says so, and tells the rest",
	},
	"system.set_volume": {
		main: "test/servers/system/volume.test.ts > the level asked for is the level the sound server then has",
		bad: "test/servers/system/volume.test.ts > the level %s is refused",
		failure:
			"test/servers/system/failures.test.ts > where the outside part is missing or gone a tool says so > %s given %j",
	},
	"system.notify": {
		main: "test/servers/system/failures.test.ts > a notification reaches the desktop's own program, whatever it says",
		bad: "test/servers/system/failures.test.ts > input that makes no sense is refused > %s given %j",
		failure:
			"test/servers/system/failures.test.ts > where the outside part is missing or gone a tool says so > %s given %j",
	},
	"system.clipboard_read": {
		main: "test/servers/system/desktop.test.ts > gives back what was put there, Unicode and line breaks too",
		bad: "test/servers/system/failures.test.ts > input that makes no sense is refused > %s given %j",
		failure: "test/servers/system/desktop.test.ts > without a display the error says what to install",
	},
	"system.clipboard_write": {
		main: "test/servers/system/desktop.test.ts > gives back what was put there, Unicode and line breaks too",
		bad: "test/servers/system/failures.test.ts > input that makes no sense is refused > %s given %j",
		failure:
			"test/servers/system/failures.test.ts > where the outside part is missing or gone a tool says so > %s given %j",
	},
};
