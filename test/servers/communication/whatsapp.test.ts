import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import scanCode from "jsqr";
import { PNG } from "pngjs";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import library from "whatsapp-web.js";
import { addContact } from "../../../servers/communication/tools/contacts.ts";
import { readWhatsapp, saveWhatsappMedia } from "../../../servers/communication/tools/read-whatsapp.ts";
import { sendWhatsapp } from "../../../servers/communication/tools/send-whatsapp.ts";
import {
	connectWhatsapp,
	disconnectWhatsapp,
	whatsappStatus,
} from "../../../servers/communication/tools/whatsapp-link.ts";
import { type Communication, failure, startCommunication } from "./harness.ts";

const browser = ["chromium", "chromium-browser", "google-chrome"].find((name) => Bun.which(name) !== null);

/** The clients the library made, so that the test can act as the phone in their page. */
const clients: InstanceType<typeof library.Client>[] = [];
const { initialize } = library.Client.prototype;

/** Runs `window.fake.NAME(...)` in the page, as the phone and other people would act. */
async function phone(name: string, ...values: unknown[]): Promise<unknown> {
	const page = clients.at(-1)?.pupPage;
	return page?.evaluate(`window.fake.${name}(...${JSON.stringify(values)})`);
}

describe.skipIf(browser === undefined)("WhatsApp through its library and a real browser", () => {
	let communication: Communication;
	let pages: string;

	beforeAll(async () => {
		pages = await mkdtemp(join(tmpdir(), "aios-whatsapp-page-"));
		await copyFile(new URL("whatsapp-page.html", import.meta.url), join(pages, "fake-1.html"));
		library.Client.prototype.initialize = function () {
			clients.push(this);
			return initialize.call(this);
		};
	});
	afterAll(async () => {
		library.Client.prototype.initialize = initialize;
		await rm(pages, { recursive: true, force: true });
	});
	beforeEach(async () => {
		communication = await startCommunication({
			settings: { whatsapp: { webVersion: { version: "fake-1", folder: pages } } },
		});
		await communication.call(addContact, { name: "Bob Brown", phone: "+49 1555 0002" });
	});
	afterEach(() => communication.stop());

	async function state(wanted: string): Promise<void> {
		for (let tries = 0; tries < 200; tries++) {
			if ((await communication.call(whatsappStatus, {})).output.state === wanted) return;
			await Bun.sleep(50);
		}
		throw new Error(`WhatsApp never became ${wanted}`);
	}

	async function linked(): Promise<void> {
		await communication.call(connectWhatsapp, {});
		await phone("scan");
		await state("ready");
	}

	test("the code on the page is one a phone can scan, and is renewed when WhatsApp renews it", async () => {
		const { output, say, attachments } = await communication.call(connectWhatsapp, {});
		expect(output.state).toBe("scan");
		expect(say).toContain("Scan the code on the page");
		expect(attachments[0]?.mimeType).toBe("image/png");
		expect(scan(attachments[0]?.data)).toMatch(/^first-code,/);
		await phone("renew", "second-code");
		for (let tries = 0; tries < 40; tries++) {
			const { attachments: next } = await communication.call(whatsappStatus, {});
			if (scan(next[0]?.data)?.startsWith("second-code,")) return;
			await Bun.sleep(50);
		}
		throw new Error("the code was not renewed");
	});

	test("once scanned it is ready, a message goes out and the answer comes in", async () => {
		await linked();
		expect((await communication.call(whatsappStatus, {})).say).toBe("WhatsApp is connected as Anna Arnold.");
		const { resolved, summary } = await communication.confirmation(sendWhatsapp, {
			to: "bob",
			message: "See you at 8",
		});
		expect(summary).toBe('Send Bob Brown at +4915550002 on WhatsApp: "See you at 8"');
		const { output, say } = await communication.call(sendWhatsapp, resolved);
		expect(output).toMatchObject({ to: "Bob Brown", number: "+4915550002" });
		expect(say).toBe("Sent to Bob Brown on WhatsApp.");
		expect(await phone("sent")).toMatchObject([{ body: "See you at 8", to: "4915550002@c.us" }]);
		await phone("receive", { from: "4915550002@c.us", title: "Bob", text: "I will be there" });
		const inbox = await communication.call(readWhatsapp, {});
		expect(inbox.say).toBe("You have 1 unread WhatsApp message. Bob Brown: I will be there.");
		const chat = await communication.call(readWhatsapp, { from: "Bob" });
		expect(chat.output.chats[0]?.messages.map(({ text, mine }) => ({ text, mine }))).toEqual([
			{ text: "See you at 8", mine: true },
			{ text: "I will be there", mine: false },
		]);
	});

	test("pictures go out and come in", async () => {
		await linked();
		await writeFile(join(communication.home, "plan.png"), "\x89PNG\r\n\x1a\nrest");
		await communication.call(sendWhatsapp, { to: "Bob", message: "The plan", attachment: "plan.png" });
		expect(await phone("sent")).toMatchObject([{ type: "image", caption: "The plan" }]);
		const id = await phone("receive", { from: "4915550002@c.us", text: "", media: "../../holiday.png" });
		const { output } = await communication.call(saveWhatsappMedia, { id, folder: "." });
		expect(output.path).toBe(join(communication.home, "holiday.png"));
		expect(await readFile(output.path, "utf8")).toBe("picture bytes");
		expect((await failure(communication.call(saveWhatsappMedia, { id, folder: "." }))).code).toBe("conflict");
	});

	test("a number without WhatsApp is said so, and nothing is sent", async () => {
		await linked();
		const error = await failure(communication.call(sendWhatsapp, { to: "+49 1555 0404", message: "hello" }));
		expect(error).toMatchObject({ code: "not_found", message: "+4915550404 is not on WhatsApp." });
		expect(await phone("sent")).toEqual([]);
	});

	test("a message WhatsApp did not take is not said to be sent", async () => {
		await linked();
		await clients.at(-1)?.pupPage?.evaluate("window.fake.refusing = true");
		const error = await failure(communication.call(sendWhatsapp, { to: "Bob", message: "hello" }));
		expect(error.code).toBe("upstream_failed");
		expect(error.spoken).toContain("did not take");
	});

	test("a page of WhatsApp that the library knows no more is said by reading, sending and saving alike", async () => {
		await linked();
		const id = await phone("receive", { from: "4915550002@c.us", text: "", media: "holiday.png" });
		await clients.at(-1)?.pupPage?.evaluate("window.WWebJS = undefined");
		for (const call of [
			() => communication.call(readWhatsapp, {}),
			() => communication.call(readWhatsapp, { from: "Bob" }),
			() => communication.call(saveWhatsappMedia, { id, folder: "." }),
			() => communication.call(sendWhatsapp, { to: "Bob", message: "hello" }),
		]) {
			expect(await failure(call())).toMatchObject({
				code: "upstream_failed",
				fix: expect.stringContaining("connect WhatsApp again"),
			});
		}
		expect((await communication.call(disconnectWhatsapp, {})).output.state).toBe("off");
	});

	test("the link outlives a restart: the phone is not needed again", async () => {
		await linked();
		await communication.adapters.whatsapp.close();
		expect((await communication.call(whatsappStatus, {})).output.state).toBe("off");
		await communication.call(sendWhatsapp, { to: "Bob", message: "after the restart" });
		expect(await phone("sent")).toMatchObject([{ body: "after the restart" }]);
	});

	test("a browser that dies is said, and connecting starts another", async () => {
		await linked();
		clients.at(-1)?.pupBrowser?.process()?.kill("SIGKILL");
		await state("off");
		expect((await communication.call(whatsappStatus, {})).output.reason).toBe("The browser of WhatsApp ended.");
		expect(["scan", "ready"]).toContain((await communication.call(connectWhatsapp, {})).output.state);
	});

	test("when the phone unlinks it, that is shown", async () => {
		await linked();
		// The page is closed while it still answers.
		await phone("unlink").catch(() => {});
		await state("off");
		expect((await communication.call(whatsappStatus, {})).output.reason).toContain("UNPAIRED");
	});

	test("disconnecting forgets the link", async () => {
		await linked();
		await communication.call(disconnectWhatsapp, {});
		expect((await communication.call(connectWhatsapp, {})).output.state).toBe("scan");
	});

	test("without a linked phone, sending says what to do", async () => {
		const error = await failure(communication.call(sendWhatsapp, { to: "Bob", message: "hello" }));
		expect(error.code).toBe("missing_part");
		expect(error.fix).toContain("connect_whatsapp");
	});

	test("giving up ends the wait at once", async () => {
		const controller = new AbortController();
		const waiting = failure(communication.call(connectWhatsapp, {}, undefined, controller.signal));
		controller.abort();
		expect((await waiting).code).toBe("cancelled");
	});

	test("stopping while the browser starts leaves none behind", async () => {
		const known = clients.length;
		const starting = communication.call(connectWhatsapp, {});
		while (clients.length === known) await Bun.sleep(10);
		await communication.adapters.whatsapp.close();
		expect((await starting).output.state).toBe("off");
		expect(clients.at(-1)?.pupBrowser?.isConnected()).toBe(false);
	});
});

test("without any browser the error says what to install", async () => {
	const communication = await startCommunication({ env: { PATH: "" } });
	const error = await failure(communication.call(connectWhatsapp, {}));
	expect(error.code).toBe("missing_part");
	expect(error.fix).toContain("Install Chrome or Chromium");
	expect((await communication.call(whatsappStatus, {})).output.state).toBe("failed");
	for (const call of [
		() => communication.call(sendWhatsapp, { to: "+49 1555 0002", message: "x" }),
		() => communication.call(readWhatsapp, {}),
		() => communication.call(saveWhatsappMedia, { id: "false_1@c.us_3A", folder: "." }),
	]) {
		expect((await failure(call())).code).toBe("missing_part");
	}
	expect((await communication.call(disconnectWhatsapp, {})).output.state).toBe("off");
	await communication.stop();
});

test("a page that never becomes WhatsApp is said to have failed", async () => {
	const pages = await mkdtemp(join(tmpdir(), "aios-whatsapp-page-"));
	const communication = await startCommunication({
		settings: { whatsapp: { webVersion: { version: "missing", folder: pages } } },
	});
	const { output, say } = await communication.call(connectWhatsapp, {});
	expect(output.state).toBe("failed");
	expect(say).toContain("could not be started");
	await communication.stop();
	await rm(pages, { recursive: true, force: true });
});

/** What a phone's camera reads from a picture in base64. */
function scan(data: string | undefined): string | undefined {
	if (data === undefined) return undefined;
	const { width, height, data: pixels } = PNG.sync.read(Buffer.from(data, "base64"));
	return scanCode(new Uint8ClampedArray(pixels), width, height)?.data;
}
