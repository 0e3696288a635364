import type { ReactNode } from "react";
import type { LiveState } from "./state.ts";

/** What is in the way now, and what to do about it. */
export function Notices(props: { state: LiveState; onDismiss(): void; onRetryMicrophone(): void }) {
	const { state, onDismiss, onRetryMicrophone } = props;
	const { microphone, notice } = state;
	return (
		<div className="flex w-full flex-col gap-3" role="alert">
			{state.connection === "offline" ? (
				<Notice title="The connection to AIOS dropped">
					Reconnecting by itself. If it stays away, start AIOS again on its machine; nothing on this page is lost.
				</Notice>
			) : null}
			{microphone.state === "problem" ? (
				<Notice title={microphone.problem.title} action="Try again" onAction={onRetryMicrophone}>
					{microphone.problem.fix}
				</Notice>
			) : null}
			{state.soundBlocked ? (
				<Notice title="The browser keeps the answer silent">Click anywhere or press a key to hear it.</Notice>
			) : null}
			{notice === undefined ? null : (
				<Notice title={notice.message} action="Dismiss" onAction={onDismiss}>
					{notice.fix}
				</Notice>
			)}
		</div>
	);
}

function Notice(props: { title: string; action?: string; onAction?(): void; children?: ReactNode }) {
	return (
		<div className="flex flex-wrap items-center gap-x-4 gap-y-2 rounded-xl border border-warn/40 bg-warn-wash px-4 py-3 text-sm">
			<p className="min-w-48 flex-1 leading-relaxed">
				<strong className="font-semibold">{props.title.replace(/\.?$/, ".")}</strong> {props.children}
			</p>
			{props.action === undefined ? null : (
				<button type="button" className="button-plain" onClick={props.onAction}>
					{props.action}
				</button>
			)}
		</div>
	);
}
