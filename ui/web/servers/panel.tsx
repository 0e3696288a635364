import type { ServerEvent, ServerStatus, SystemStatus } from "../../../core/contract/index.ts";
import type { Account } from "../account/index.ts";
import { bytes, clockTime } from "../parts/format.ts";
import { SignInLink } from "./sign-in-link.tsx";

const looks: Record<ServerStatus, { label: string; className: string }> = {
	healthy: { label: "Ready", className: "bg-good" },
	starting: { label: "Starting", className: "bg-warn" },
	degraded: { label: "Limited", className: "bg-warn" },
	unhealthy: { label: "Not answering", className: "bg-danger" },
	stopped: { label: "Stopped", className: "bg-edge" },
};

/** The servers behind the assistant: how each is doing, and what to do where something is missing. */
export function ServersPanel({
	status,
	account,
}: {
	status: SystemStatus | undefined;
	account: Pick<Account, "fetch">;
}) {
	if (status === undefined) return <p className="px-5 pb-5 text-soft text-sm">Waiting for the first news…</p>;
	return (
		<ul className="divide-y divide-line border-line border-t">
			{status.servers.map((server) => {
				const look = looks[server.status];
				const latencies = server.replicas.flatMap(({ latency_ms }) => latency_ms ?? []);
				const missing = server.requirements.filter(({ ok }) => !ok);
				return (
					<li key={server.name} className="px-5 py-2.5">
						<div className="flex items-center gap-2.5 text-sm">
							<span className={`size-2 shrink-0 rounded-full ${look.className}`} aria-hidden="true" />
							<span className="font-medium">{server.title}</span>
							<span className="ml-auto text-right text-soft tabular-nums">
								{server.status === "healthy" ? (
									<>
										<span className="sr-only">Ready, </span>
										{server.tools} {server.tools === 1 ? "tool" : "tools"}
										{latencies.length === 0 ? "" : ` · ${Math.max(1, Math.round(Math.min(...latencies)))} ms`}
									</>
								) : server.sign_in === "needed" ? (
									<SignInLink server={server.name} account={account} />
								) : (
									look.label
								)}
							</span>
						</div>
						{server.reason === undefined ? null : <p className="mt-1 pl-4.5 text-soft text-sm">{server.reason}</p>}
						{missing.length === 0 ? null : (
							<details className="mt-0.5 pl-4.5 text-sm">
								<summary className="w-fit rounded py-0.5 text-warn">
									{missing.length === 1 ? "1 thing to set up" : `${missing.length} things to set up`}
								</summary>
								{missing.map(({ name, detail, fix }) => (
									<p key={name} className="mt-1 text-soft leading-relaxed">
										<span className="font-medium text-ink">{name}:</span> {sentence(detail)} {fix}
									</p>
								))}
							</details>
						)}
						<Past history={server.history ?? []} />
					</li>
				);
			})}
		</ul>
	);
}

/** When the server was not well, and why; nothing where it always was. */
function Past({ history }: { history: NonNullable<SystemStatus["servers"][number]["history"]> }) {
	const bad = history.filter(({ status }) => status === "unhealthy" || status === "degraded");
	if (bad.length === 0) return null;
	return (
		<details className="mt-0.5 pl-4.5 text-sm">
			<summary className="w-fit rounded py-0.5 text-soft">What happened lately</summary>
			<ol className="mt-1 text-soft leading-relaxed">
				{history.toReversed().map(({ at, status, reason }) => (
					<li key={`${at} ${status}`}>
						<span className="tabular-nums">{clockTime(Date.parse(at))}</span>{" "}
						<span className="font-medium text-ink">{looks[status].label}</span> {reason}
					</li>
				))}
			</ol>
		</details>
	);
}

/** Closes a sentence that its writer left open, so that the next can follow. */
function sentence(text: string): string {
	return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** Models that are being fetched, or could not be. */
export function ModelProgress({ models }: { models: readonly ServerEvent<"model:progress">[] }) {
	const shown = models.filter(({ state }) => state !== "ready");
	return shown.map(({ model, received, total, state, message }) => (
		<div key={model} className="card px-5 py-4 text-sm">
			<p className="flex justify-between gap-3">
				<span className="font-medium">{state === "failed" ? `${model} didn't arrive` : `Fetching ${model}`}</span>
				<span className="text-soft tabular-nums">
					{state === "verifying" ? "Checking…" : `${bytes(received)} of ${bytes(total)}`}
				</span>
			</p>
			{state === "failed" ? (
				<p className="mt-1 text-danger">{message}</p>
			) : (
				<progress className="mt-2.5 block h-1.5 w-full accent-accent" aria-label={model} value={received} max={total} />
			)}
		</div>
	));
}
