import type { Page } from "puppeteer-core";

/** Something that went over the page's connection. */
export interface Passed {
	/** Milliseconds since 1970. */
	at: number;
	sent: boolean;
	/** Name of the event. */
	name: string;
	/** The event's data but for its bytes, as JSON. */
	data: unknown;
	bytes?: Uint8Array;
}

/** Writes down what goes over the page's Socket.IO connection, by the browser's own record of it. */
export async function watchLine(page: Page): Promise<{ passed: Passed[] }> {
	const cdp = await page.createCDPSession();
	await cdp.send("Network.enable");
	const passed: Passed[] = [];
	const waiting: Record<"sent" | "received", Passed | undefined> = { sent: undefined, received: undefined };
	let offset = Number.POSITIVE_INFINITY;
	const note = (way: "sent" | "received", timestamp: number, opcode: number, payload: string): void => {
		offset = Math.min(offset, Date.now() - timestamp * 1000);
		const at = timestamp * 1000 + offset;
		if (opcode === 2) {
			const event = waiting[way];
			waiting[way] = undefined;
			if (event !== undefined) passed.push({ ...event, at, bytes: new Uint8Array(Buffer.from(payload, "base64")) });
			return;
		}
		const found = /^4(?:2|51-)\d*(\[.*)$/s.exec(payload);
		if (found?.[1] === undefined) return;
		const [name, data] = JSON.parse(found[1]) as [string, unknown];
		const event = { at, sent: way === "sent", name, data };
		if (payload.startsWith("451-")) waiting[way] = event;
		else passed.push(event);
	};
	cdp.on("Network.webSocketFrameSent", ({ timestamp, response }) =>
		note("sent", timestamp, response.opcode, response.payloadData),
	);
	cdp.on("Network.webSocketFrameReceived", ({ timestamp, response }) =>
		note("received", timestamp, response.opcode, response.payloadData),
	);
	return { passed };
}
