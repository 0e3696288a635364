import { arch, cpus, freemem, hostname, loadavg, platform, release, totalmem, uptime } from "node:os";
import { AiosError } from "../../../core/contract/index.ts";

/** A mounted disk; bytes. */
export interface Disk {
	mount: string;
	total: number;
	free: number;
}

export interface HostInfo {
	hostname: string;
	system: string;
	processor: string;
	cores: number;
	/** Share of all cores busy over the last sample, percent. */
	cpuPercent: number;
	memory: { total: number; available: number };
	disks: Disk[];
	battery?: { percent: number; charging: boolean };
	uptimeSeconds: number;
}

export interface ProcessInfo {
	pid: number;
	parent: number;
	name: string;
	user: string;
	cpuPercent: number;
	/** Resident bytes. */
	memory: number;
	command: string;
}

/** This machine and what runs on it. */
export interface Host {
	info(): Promise<HostInfo>;
	processes(): Promise<ProcessInfo[]>;
}

/** Pseudo file systems that would only confuse. */
const notDisks = new Set(["tmpfs", "devtmpfs", "overlay", "squashfs", "efivarfs", "fuse.snapfuse"]);

/** What the library found out; where it could not, it says "unknown". */
function known(found: string): string | undefined {
	return found === "" || found === "unknown" ? undefined : found;
}

/** Reads the host by the systeminformation library, loaded at the first call. */
export function createHost(): Host {
	const library = () => import("systeminformation");
	return {
		async info() {
			const si = await library();
			const [os, memory, load, disks, battery] = await Promise.all([
				si.osInfo(),
				si.mem(),
				si.currentLoad(),
				si.fsSize(),
				si.battery(),
			]);
			return {
				hostname: hostname(),
				system: [known(os.distro) ?? platform(), known(os.release) ?? release(), arch()].join(" "),
				processor: cpus()[0]?.model.trim() ?? "unknown",
				cores: cpus().length,
				cpuPercent: Number.isFinite(load.currentLoad) ? load.currentLoad : ((loadavg()[0] ?? 0) / cpus().length) * 100,
				memory: { total: memory.total || totalmem(), available: memory.available || freemem() },
				disks: disks
					.filter((disk) => !notDisks.has(disk.type) && disk.size > 0)
					.map((disk) => ({ mount: disk.mount, total: disk.size, free: disk.available })),
				...(battery.hasBattery ? { battery: { percent: battery.percent, charging: battery.isCharging } } : {}),
				uptimeSeconds: Math.round(uptime()),
			};
		},
		async processes() {
			const si = await library();
			const { list } = await si.processes();
			// A machine on which nothing runs does not exist: the program that tells (ps, tasklist) failed.
			if (list.length === 0) {
				throw new AiosError("unavailable", "The list of what runs could not be read.", {
					spoken: "I can't see what is running.",
					fix: process.platform === "linux" ? "Install procps (the program ps), then try again." : "Try again.",
				});
			}
			const parentOf = new Map(list.map(({ pid, parentPid }) => [pid, parentPid]));
			// The ps that made this very list is gone again, and would be told as the busiest of all.
			const asking = ({ name, parentPid }: (typeof list)[number]) =>
				name === "ps" && [parentPid, parentOf.get(parentPid)].includes(process.pid);
			return list
				.filter((each) => !asking(each))
				.map((each) => ({
					pid: each.pid,
					parent: each.parentPid,
					name: each.name,
					user: each.user,
					cpuPercent: each.cpu,
					memory: each.memRss * 1024,
					command: [each.command, each.params].filter(Boolean).join(" "),
				}));
		},
	};
}
