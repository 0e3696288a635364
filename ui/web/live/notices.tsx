import type { ReactNode } from "react";
import type { Announcement, LiveState } from "./state.ts";

/** What is in the way now, and what to do about it; above it what the assistant says of its own accord. */
export function Notices(props: {
	state: LiveState;
	onDismiss(): void;
	onPutAway(announcement: Announcement): void;
	onRetryMicrophone(): void;
}) {
	const { state, onDismiss, onPutAway, onRetryMicrophone } = props;
	const { microphone, notice } = state;
	return (
		<div className="sticky top-2 z-20 flex w-full flex-col gap-3" role="alert">
			{state.announcements.map((announcement) => (
				<Notice
					key={announcement.id}
					title={announcement.text}
					look="border-accent/40 bg-accent-wash"
					action={announcement.kind === "alarm" ? "Stop" : "Dismiss"}
					onAction={() => onPutAway(announcement)}
				/>
			))}
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

interface NoticeProps {
	title: string;
	/** Its colours; a warning's where nothing is said. */
	look?: string;
	action?: string;
	onAction?(): void;
	children?: ReactNode;
}

function Notice(props: NoticeProps) {
	const { look = "border-warn/40 bg-warn-wash" } = props;
	return (
		<div className={`flex flex-wrap items-center gap-x-4 gap-y-2 rounded-xl border px-4 py-3 text-sm ${look}`}>
			<p className="min-w-48 flex-1 leading-relaxed">
				<strong className="font-semibold">{props.title.replace(/(?<![.!?])$/, ".")}</strong> {props.children}
			</p>
			{props.action === undefined ? null : (
				<button type="button" className="button-plain" onClick={props.onAction}>
					{props.action}
				</button>
			)}
		</div>
	);
}
