import type { ServerEvent } from "../contract/index.ts";

/** Where progress is written: a stream that may be a terminal. */
export interface Screen {
	write(text: string): unknown;
	isTTY?: boolean;
	columns?: number;
}

type Progress = ServerEvent<"model:progress">;

/** Writes a download's progress: one bar that moves on a terminal, a line every tenth elsewhere. */
export function progressPrinter(screen: Screen): { update(progress: Progress): void; end(): void } {
	let tenth = -1;
	let drawn = false;
	return {
		update({ model, received, total, state }) {
			if (state === "failed") return;
			const share = total === 0 ? 1 : Math.min(1, received / total);
			const amount = `${mega(received)} of ${mega(total)} MB`;
			const text = state === "verifying" ? `${amount}, verifying` : amount;
			if (screen.isTTY) {
				const width = Math.max(10, Math.min(40, (screen.columns ?? 80) - model.length - text.length - 12));
				const full = Math.round(share * width);
				screen.write(`\r\x1b[2K${model} ${"█".repeat(full)}${"░".repeat(width - full)} ${percent(share)} ${text}`);
				drawn = true;
			} else if (Math.floor(share * 10) > tenth) {
				tenth = Math.floor(share * 10);
				screen.write(`${model}: ${percent(share)}, ${amount}\n`);
			}
		},
		end() {
			if (drawn) screen.write("\n");
			drawn = false;
		},
	};
}

function mega(bytes: number): string {
	return (bytes / 1e6).toFixed(1);
}

function percent(share: number): string {
	return `${Math.floor(share * 100)} %`;
}
