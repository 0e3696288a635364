import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEmulator, type Emulator } from "emulate";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import type { Reply } from "../../core/contract/index.ts";
import { startMailServers } from "../servers/communication/harness.ts";
import { atOnce } from "./harness/in-turn.ts";
import { type Product, startProduct } from "./harness/product.ts";
import { connectSatellite, type Satellite } from "./harness/satellite.ts";
import { samplesOf, voice } from "./harness/sound.ts";
import { until } from "./harness/wait.ts";

/** The token the emulated GitHub knows as the user `admin`. */
const githubToken = "test_token_admin";

const options = { concurrent: true, timeout: 120_000 };

describe.skipIf(voice === undefined)("a command spoken to each server has its effect", options, () => {
	const home = mkdtempSync(join(tmpdir(), "aios-e2e-home-"));
	const repository = join(home, "sample");
	let github: Emulator;
	let mail: Awaited<ReturnType<typeof startMailServers>>;
	let speakers: Bun.Subprocess | undefined;
	let product: Product;
	// Each speaks with a microphone of its own, and mostly waits for its words and for those of the answer.
	const inTurn = atOnce(3);

	beforeAll(async () => {
		git("init", "--quiet", "--initial-branch=main", repository);
		git("-C", repository, "config", "user.name", "Test");
		git("-C", repository, "config", "user.email", "test@example.org");
		writeFileSync(join(repository, "readme.md"), "hello\n");
		github = await createEmulator({ service: "github", port: 0 });
		await askGithub("POST", "/user/repos", { name: "garden", auto_init: true });
		speakers = startSpeakers(home);
		mail = await startMailServers();
		product = await startProduct({
			HOME: home,
			PULSE_SERVER: `unix:${home}/sound.sock`,
			AIOS_FOLDERS: home,
			AIOS_SERVERS_IDE_REPOSITORY: repository,
			AIOS_SERVERS_COMMUNICATION_CREDENTIALS: "file",
			AIOS_SERVERS_COMMUNICATION_MAIL_CERTIFICATES: mail.certificates.authority,
			AIOS_SERVERS_GITHUB_BASE_URL: github.url,
			AIOS_SERVERS_GITHUB_TOKEN: githubToken,
			AIOS_SERVERS_GITHUB_PACED: "false",
		});
	});
	afterAll(async () => {
		await product?.dispose();
		await mail?.stop();
		await github?.close();
		speakers?.kill();
		rmSync(home, { recursive: true, force: true });
	});

	/** Somebody who speaks to it. */
	interface Speaker {
		satellite: Satellite;
		/** Speaks, whether or not it has said all it had to say, and gives the answer of the turn that came of it. */
		speak(words: string, fits: (reply: Reply) => boolean): Promise<Reply>;
		/** Says yes to what was asked once that was read back to the end, at the pace of a loudspeaker. */
		agree(asked: Reply, fits: (reply: Reply) => boolean): Promise<Reply>;
	}

	const speaking = (act: (speaker: Speaker) => Promise<void>) => () =>
		inTurn(async () => {
			const satellite = await connectSatellite(product);
			const session = crypto.randomUUID();
			const speak: Speaker["speak"] = async (words, fits) => {
				const before = satellite.events("reply").length;
				satellite.socket.emit("interrupt");
				await satellite.listen({ session });
				await satellite.play(samplesOf([{ silenceMs: 400 }, { say: words }]));
				return await until(`an answer to "${words}"`, 30_000, () =>
					satellite
						.events("reply")
						.slice(before)
						.map(({ payload }) => payload)
						.find(fits),
				).catch((error: Error) => {
					throw new Error(`${error.message}; it got:\n${satellite.log()}`, { cause: error });
				});
			};
			const agree: Speaker["agree"] = async ({ turn }, fits) => {
				const readBack = () => satellite.events("audio:reply").filter(({ payload }) => payload.turn === turn);
				await until("the end of its question", 20_000, () => readBack().at(-1)?.payload.last === true);
				const [first] = readBack();
				const seconds = readBack().reduce(
					(sum, { payload }) => sum + payload.pcm.byteLength / 2 / payload.sampleRate,
					0,
				);
				await Bun.sleep(Math.max(0, (first?.at ?? 0) + seconds * 1000 + 600 - Date.now()));
				return speak("Yes.", fits);
			};
			try {
				await act({ satellite, speak, agree });
			} finally {
				satellite.close();
			}
		});

	const done = (tool: string) => (reply: Reply) => reply.tool === tool && reply.status === "done";

	// The longest begin.
	test(
		"communication: the mail is read back with its address, and after the yes the mail server has it",
		speaking(async ({ speak, agree }) => {
			const direct = { server: "communication", session: "page" };
			const account = { ...mail.account, password: mail.password };
			await product.post("/command", { ...direct, tool: "add_email_account", arguments: account }, anything);
			for (const contact of [
				{ name: "Robert Miller", email: "robert@example.org" },
				{ name: "Laura Stone", email: "laura@example.org" },
			]) {
				await product.post("/command", { ...direct, tool: "add_contact", arguments: contact }, anything);
			}
			const asked = await speak(
				"Send an email to Robert about the meeting saying I will be ten minutes late.",
				(reply) => reply.tool === "send_email",
			);
			expect(asked.status).toBe("confirm");
			expect(asked.reply).toMatch(
				/^Email Robert Miller at robert@example\.org, from anna@example\.com, subject "meeting", saying: "I will be (ten|10) minutes late"/i,
			);
			expect(mail.smtp.received).toEqual([]);
			await agree(asked, done("send_email"));
			expect(mail.smtp.received).toMatchObject([
				{ to: ["robert@example.org"], from: "anna@example.com", mail: { subject: "meeting" } },
			]);
			expect(mail.smtp.received[0]?.mail.text).toMatch(/^I will be (ten|10) minutes late/i);
		}),
	);

	test(
		"github: nothing is sent before the yes, and then it is",
		speaking(async ({ speak, agree }) => {
			const asked = await speak(
				"Create an issue in garden titled water the plants.",
				(reply) => reply.tool === "create_issue",
			);
			expect(asked.status).toBe("confirm");
			expect(await askGithub("GET", "/repos/admin/garden/issues")).toEqual([]);
			await agree(asked, done("create_issue"));
			expect(await askGithub("GET", "/repos/admin/garden/issues")).toEqual([
				expect.objectContaining({ title: expect.stringMatching(/water the plants/i) }),
			]);
		}),
	);

	test(
		"main: a thing is on the list",
		speaking(async ({ speak }) => {
			await speak("Add bananas to my shopping list.", done("add_to_list"));
			const list = await product.post("/show_list", { list: "shopping" }, anything);
			expect(JSON.stringify(list)).toMatch(/banana/i);
		}),
	);

	test.skipIf(Bun.which("bwrap") === null)(
		"python: the code is run",
		speaking(async ({ speak }) => {
			const { result } = await speak("Run the Python code import this.", done("execute_code"));
			expect(JSON.stringify(result)).toContain("Beautiful is better than ugly");
		}),
	);

	test.skipIf(Bun.which("pulseaudio") === null)(
		"system: the volume is what was said",
		speaking(async ({ speak }) => {
			await speak("Set the volume to thirty percent.", done("set_volume"));
			const { stdout } = Bun.spawnSync(["pactl", "get-sink-volume", "speakers"], {
				env: { PATH: process.env.PATH ?? "", HOME: home, PULSE_SERVER: `unix:${home}/sound.sock` },
			});
			expect(stdout.toString()).toContain("30%");
		}),
	);

	test(
		"ide: the work is committed under the words spoken",
		speaking(async ({ speak }) => {
			await speak("Commit all changes with the message first version.", done("git_commit"));
			expect(git("-C", repository, "log", "-1", "--format=%s")).toMatch(/first version/i);
		}),
	);

	test("system: a file is read by what it is called, and which of two is asked", async () => {
		mkdirSync(join(home, "Documents"), { recursive: true });
		for (const name of ["Packing list.txt", "Recipe.md", "Recipe.txt"]) {
			writeFileSync(join(home, "Documents", name), `This is ${name}.`);
		}
		const type = (text: string) => product.post("/command", { text, session: "files" }, anything);
		expect(await type("read the file packing list")).toMatchObject({ reply: "This is Packing list.txt." });
		expect(await type("what is in my documents folder")).toMatchObject({
			reply: expect.stringMatching(/^Documents has 3 entries/),
		});
		expect(await type("read the file recipe")).toMatchObject({
			status: "ask",
			reply: "Do you mean Recipe.md or Recipe.txt?",
		});
		expect(await type("recipe dot txt")).toMatchObject({ status: "done", reply: "This is Recipe.txt." });
	});

	test(
		"voice: it says the words after",
		speaking(async ({ speak, satellite }) => {
			await speak("Say good morning everybody.", done("speak"));
			await until("its voice", 10_000, () => satellite.events("audio:reply").length > 0);
		}),
	);

	async function askGithub(method: string, path: string, body?: object): Promise<unknown> {
		const answer = await fetch(`${github.url}${path}`, {
			method,
			headers: { authorization: `Bearer ${githubToken}`, "content-type": "application/json" },
			...(body === undefined ? {} : { body: JSON.stringify(body) }),
		});
		if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status}`);
		return await answer.json();
	}
});

const anything = z.unknown();

function git(...args: string[]): string {
	const { stdout, stderr, exitCode } = Bun.spawnSync(["git", ...args]);
	if (exitCode !== 0) throw new Error(stderr.toString());
	return stdout.toString();
}

/** A sound server whose loudspeaker is silent, so that a volume can be set and read back. */
function startSpeakers(folder: string): Bun.Subprocess | undefined {
	if (Bun.which("pulseaudio") === null) return undefined;
	const protocol = `--load=module-native-protocol-unix socket=${folder}/sound.sock auth-anonymous=1`;
	return Bun.spawn(
		[
			"pulseaudio",
			"-n",
			"--exit-idle-time=-1",
			"--daemonize=no",
			protocol,
			"--load=module-null-sink sink_name=speakers",
		],
		{
			env: { PATH: process.env.PATH ?? "", HOME: folder, XDG_RUNTIME_DIR: folder },
			stdout: "ignore",
			stderr: "ignore",
		},
	);
}
