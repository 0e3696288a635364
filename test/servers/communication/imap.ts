import { chmod, mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import hoodiecrow from "hoodiecrow-imap";
import type { Certificates } from "./certificates.ts";

/** Dovecot, where it is installed. */
export const dovecot = Bun.which("dovecot", { PATH: `${process.env.PATH}:/usr/sbin:/usr/local/sbin` });

/** A running IMAP server with STARTTLS; the password of anna@example.com is "right-horse". */
export interface ImapServer {
	port: number;
	/** Breaks every open line at once. */
	cut(): void;
	stop(): Promise<void>;
}

/** Every IMAP server there is here: one in JavaScript, and Dovecot where it is installed. */
export const imapServers: readonly { name: string; start(certificates: Certificates): Promise<ImapServer> }[] = [
	{ name: "Hoodiecrow", start: startHoodiecrow },
	...(dovecot === null ? [] : [{ name: "Dovecot", start: startDovecot }]),
];

/** Hoodiecrow, which also takes the OAuth token "good-token". */
export async function startHoodiecrow(certificates: Certificates): Promise<ImapServer> {
	const sockets = new Set<Socket>();
	const server = hoodiecrow({
		plugins: [
			...["STARTTLS", "LOGINDISABLED", "SASL-IR", "AUTH-PLAIN", "XOAUTH2", "ID", "NAMESPACE", "UNSELECT"],
			...["SPECIAL-USE", "UIDPLUS", "LITERALPLUS", "MOVE"],
		],
		credentials: { key: await readFile(certificates.key), cert: await readFile(certificates.certificate) },
		users: {
			"anna@example.com": {
				password: "right-horse",
				xoauth2: { accessToken: "good-token", sessionTimeout: 3_600_000 },
			},
		},
		storage: {
			INBOX: {},
			"": {
				folders: {
					Sent: { "special-use": "\\Sent" },
					Trash: { "special-use": "\\Trash" },
					Archive: { "special-use": "\\Archive" },
				},
			},
		},
	});
	server.server.on("connection", (socket: Socket) => {
		sockets.add(socket);
		socket.on("close", () => sockets.delete(socket));
		socket.on("error", () => {});
	});
	await new Promise<void>((resolve) => server.listen(0, resolve));
	const address = server.server.address();
	const cut = () => {
		for (const socket of sockets) socket.destroy();
	};
	return {
		port: typeof address === "object" && address !== null ? address.port : 0,
		cut,
		stop: () =>
			new Promise<void>((resolve) => {
				cut();
				server.close(() => resolve());
			}),
	};
}

export async function freePort(): Promise<number> {
	const probe = createServer();
	await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
	const address = probe.address();
	await new Promise<void>((resolve) => probe.close(() => resolve()));
	return typeof address === "object" && address !== null ? address.port : 0;
}

/**
 * Dovecot as a process of the test's own, with STARTTLS, on a free port. Every mailbox is empty at first.
 */
export async function startDovecot(certificates: Certificates): Promise<ImapServer> {
	if (dovecot === null) throw new Error("dovecot is not installed");
	const home = await mkdtemp(join(tmpdir(), "aios-dovecot-"));
	await chmod(home, 0o755);
	await mkdir(join(home, "mail"), { mode: 0o777 });
	await chmod(join(home, "mail"), 0o777);
	const port = await freePort();
	const root = process.getuid?.() === 0;
	const me = root ? "nobody" : Bun.spawnSync(["id", "-un"]).stdout.toString().trim();
	const group = root ? "nogroup" : Bun.spawnSync(["id", "-gn"]).stdout.toString().trim();
	await Bun.write(
		join(home, "dovecot.conf"),
		`
base_dir = ${home}/run
state_dir = ${home}/state
log_path = ${home}/log
protocols = imap
listen = 127.0.0.1
default_internal_user = ${me}
default_login_user = ${me}
default_internal_group = ${group}
first_valid_uid = 0
mail_uid = ${me}
mail_gid = ${group}
mail_location = maildir:${home}/mail/%u
ssl = yes
ssl_cert = <${certificates.certificate}
ssl_key = <${certificates.key}
disable_plaintext_auth = yes
auth_mechanisms = plain login
passdb {
  driver = static
  args = password=right-horse
}
userdb {
  driver = static
  args = uid=${me} gid=${group} home=${home}/mail/%u
}
namespace inbox {
  inbox = yes
  mailbox Sent {
    auto = subscribe
    special_use = \\Sent
  }
  mailbox Trash {
    auto = subscribe
    special_use = \\Trash
  }
  mailbox Archive {
    auto = subscribe
    special_use = \\Archive
  }
}
service imap-login {
  ${root ? "" : "chroot ="}
  inet_listener imap {
    port = ${port}
  }
  inet_listener imaps {
    port = 0
  }
}
service anvil {
  chroot =
}
service stats {
  chroot =
}
`,
	);
	const child = Bun.spawn([dovecot, "-F", "-c", join(home, "dovecot.conf")], { stdout: "ignore", stderr: "pipe" });
	await answering(port, child, join(home, "log"));
	return {
		port,
		cut() {
			Bun.spawnSync(["pkill", "-P", String(child.pid), "-x", "imap"]);
		},
		async stop() {
			// Asked to end, it would take a second or more; nobody misses what it still has to say.
			child.kill("SIGSTOP");
			Bun.spawnSync(["pkill", "-KILL", "-P", String(child.pid)]);
			child.kill("SIGKILL");
			await child.exited;
			await rm(home, { recursive: true, force: true });
		},
	};
}

async function answering(port: number, child: Bun.Subprocess, log: string): Promise<void> {
	for (let tries = 0; tries < 100; tries++) {
		if (child.exitCode !== null) break;
		try {
			const socket = await Bun.connect({ hostname: "127.0.0.1", port, socket: { data() {} } });
			socket.end();
			return;
		} catch {
			await Bun.sleep(50);
		}
	}
	const said = await Bun.file(log)
		.text()
		.catch(() => "");
	throw new Error(`dovecot did not start: ${said}`);
}
