import { afterAll, beforeAll, expect, test } from "vitest";
import { startApp } from "./support/app.ts";

/** Strangers that open connections and send next to nothing, as Slowloris does. */
const strangers = 150;
/** One byte every so many milliseconds: more often than the time that is allowed between bytes. */
const dripMs = 250;

let app: Awaited<ReturnType<typeof startApp>>;
beforeAll(async () => {
	app = await startApp({ idleSeconds: 1 });
});
afterAll(() => app.stop());

const beginnings = {
	"headers that never end": "GET /system/status HTTP/1.1\r\nHost: localhost\r\nX-More: ",
	"a body that never ends":
		"POST /token HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n",
	"a body in chunks that never end":
		"POST /token HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n",
	"not a word": "",
};

/** Opens a connection that drips; resolves when the server has closed it. */
async function drip(beginning: string): Promise<void> {
	const closed = Promise.withResolvers<void>();
	const { hostname, port } = new URL(app.url);
	const socket = await Bun.connect({
		hostname,
		port: Number(port),
		socket: { data() {}, close: () => closed.resolve(), error: () => closed.resolve() },
	});
	socket.write(beginning);
	const timer = setInterval(() => beginning !== "" && socket.write("a"), dripMs);
	await closed.promise;
	clearInterval(timer);
}

test.concurrent.each(Object.entries(beginnings))(
	"%s: whoever sends them is shut out, and others are served meanwhile",
	async (_, beginning) => {
		const all = Promise.all(Array.from({ length: strangers }, () => drip(beginning)));
		let waiting = true;
		void all.then(() => {
			waiting = false;
		});
		let served = 0;
		while (waiting) {
			const { status } = await app.send("/system/status", { as: app.admin });
			expect(status).toBe(200);
			served += 1;
			await Bun.sleep(50);
		}
		expect(served).toBeGreaterThan(3);
		await all;
	},
);
