import { readFile } from "node:fs/promises";
import type { Socket } from "node:net";
import { type ParsedMail, simpleParser } from "mailparser";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import type { Certificates } from "./certificates.ts";

export interface Received {
	from: string;
	to: string[];
	raw: string;
	mail: ParsedMail;
	/** Whether the line was encrypted. */
	secure: boolean;
	user: string;
}

/** A real SMTP server with STARTTLS and sign-in on a free port. Sign-in: anna@example.com with "right-horse". */
export async function startSmtp(certificates: Certificates, options: Partial<SMTPServerOptions> = {}) {
	const received: Received[] = [];
	const sockets = new Set<Socket>();
	const server = new SMTPServer({
		key: await readFile(certificates.key),
		cert: await readFile(certificates.certificate),
		authMethods: ["PLAIN", "LOGIN", "XOAUTH2"],
		logger: false,
		closeTimeout: 500,
		onAuth({ method, username, password, accessToken }, _session, done) {
			const good = method === "XOAUTH2" ? accessToken === "good-token" : password === "right-horse";
			if (good) done(null, { user: username ?? "" });
			else if (method === "XOAUTH2") done(null, { data: { status: "401", schemes: "bearer" } });
			else done(new Error("Invalid user name or password"));
		},
		onRcptTo({ address }, _session, done) {
			done(address.startsWith("nobody@") ? new Error("There is no such person here") : null);
		},
		onData(stream, session, done) {
			const chunks: Buffer[] = [];
			stream.on("data", (chunk: Buffer) => chunks.push(chunk));
			stream.on("end", () => {
				const raw = Buffer.concat(chunks);
				void simpleParser(raw).then((mail) => {
					received.push({
						from: session.envelope.mailFrom === false ? "" : session.envelope.mailFrom.address,
						to: session.envelope.rcptTo.map(({ address }) => address),
						raw: raw.toString("latin1"),
						mail,
						secure: session.secure,
						user: String(session.user),
					});
					done(null, "taken as number 1");
				}, done);
			});
		},
		...options,
	});
	server.on("error", () => {});
	server.server.on("connection", (socket: Socket) => {
		sockets.add(socket);
		socket.on("close", () => sockets.delete(socket));
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	const address = server.server.address();
	const port = typeof address === "object" && address !== null ? address.port : 0;
	return {
		port,
		received,
		/** Breaks every open line at once. */
		cut() {
			for (const socket of sockets) socket.destroy();
		},
		stop: () =>
			new Promise<void>((resolve) => {
				for (const socket of sockets) socket.destroy();
				server.close(() => resolve());
			}),
	};
}
