declare module "hoodiecrow-imap" {
	import type { Server } from "node:net";

	interface Options {
		plugins?: string[];
		credentials?: { key: Buffer; cert: Buffer };
		users?: Record<string, { password: string; xoauth2?: { accessToken: string; sessionTimeout: number } }>;
		storage?: Record<string, unknown>;
	}
	interface ImapServer {
		server: Server;
		listen(port: number, done: () => void): void;
		close(done: () => void): void;
	}
	export default function hoodiecrow(options: Options): ImapServer;
}
