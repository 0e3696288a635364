import { type ReactNode, useEffect, useRef } from "react";
import { fieldName, fieldValue, humanName } from "../parts/format.ts";
import { EffectMark, type SayableTool } from "../tools/index.ts";
import { Confirmation } from "./confirmation.tsx";
import { Attachments, Result } from "./result.tsx";
import { Timings } from "./timings.tsx";
import type { Turn } from "./turns.ts";

interface TurnViewProps {
	turn: Turn;
	tools: readonly SayableTool[];
	onDecide(id: string, approve: boolean): void;
	onResend(text: string): void;
}

/** One exchange in full: the words, what they were understood as, the answer and how it came about. */
export function TurnView({ turn, tools, onDecide, onResend }: TurnViewProps) {
	const { reply, failure } = turn;
	const call = callOf(turn);
	const outcome = useRef<HTMLDivElement>(null);
	const settled = failure !== undefined || (reply !== undefined && !isSilent(reply));
	const tool = tools.find(({ server, name }) => server === call?.server && name === call.tool);

	useEffect(() => {
		if (settled) outcome.current?.scrollIntoView({ block: "nearest" });
	}, [settled]);

	return (
		<article aria-label="Current exchange" className="w-full animate-[rise_240ms_ease-out]">
			<Words turn={turn} />
			{call === undefined ? null : <Understood call={call} tool={tool} />}
			{turn.progress === undefined ? null : <ProgressLine progress={turn.progress} />}
			{settled ? (
				<div ref={outcome} className="card mt-6 scroll-mt-4 scroll-mb-28 p-5 shadow-card sm:p-6">
					{reply === undefined || reply.confirmation !== undefined ? null : <Answer reply={reply} />}
					{reply?.confirmation !== undefined ? (
						<Confirmation turn={turn} effect={tool?.effect} onDecide={onDecide} />
					) : null}
					{failure === undefined ? null : (
						<Problem message={failure.message} fix={failure.fix}>
							{failure.resend && turn.said !== "" ? (
								<button type="button" className="button-plain mt-4" onClick={() => onResend(turn.said)}>
									Send again
								</button>
							) : null}
						</Problem>
					)}
					{reply?.attachments === undefined ? null : <Attachments attachments={reply.attachments} />}
					{reply === undefined ? null : <Result reply={reply} />}
					<Timings turn={turn} />
				</div>
			) : null}
		</article>
	);
}

/** "Stop" is carried out without a word. */
function isSilent(reply: NonNullable<Turn["reply"]>): boolean {
	return reply.reply === "" && reply.error === undefined && reply.confirmation === undefined;
}

/** Words longer than this are set as text, not as a title. */
const titleCharacters = 160;

/** What was said, as the exchange's heading. What the assistant says of its own accord has no words before it. */
function Words({ turn }: { turn: Turn }) {
	if (turn.source === "assistant" || turn.source === "announcement") return <h2 className="sr-only">AIOS</h2>;
	const said = turn.said === "" ? "…" : turn.said;
	const long = said.length > titleCharacters || said.includes("\n");
	return (
		<h2
			data-part="words"
			data-final={turn.heard}
			className={`${long ? "max-h-40 overflow-y-auto whitespace-pre-wrap" : "text-balance text-center font-medium text-2xl leading-snug tracking-tight sm:text-3xl"} ${turn.heard ? "" : "text-soft"}`}
			tabIndex={long ? 0 : undefined}
		>
			{said}
		</h2>
	);
}

type Call = Pick<NonNullable<Turn["intent"]>, "server" | "tool" | "arguments"> & { confidence?: number };

function callOf({ intent, reply }: Turn): Call | undefined {
	if (intent !== undefined) return intent;
	if (reply?.server === undefined || reply.tool === undefined) return undefined;
	return { server: reply.server, tool: reply.tool, arguments: reply.arguments ?? {}, confidence: reply.confidence };
}

function Understood({ call, tool }: { call: Call; tool: SayableTool | undefined }) {
	return (
		<section
			aria-label="Understood as"
			data-part="understood"
			className="mt-4 flex flex-wrap items-center justify-center gap-x-2.5 gap-y-2 text-sm"
		>
			<span className="font-medium">{tool?.title ?? humanName(call.tool)}</span>
			<EffectMark effect={tool?.effect} />
			{Object.entries(call.arguments).map(([name, value]) => (
				<span key={name} className="line-clamp-2 rounded-xl border border-line bg-surface px-2.5 py-0.5">
					<span className="text-soft">{fieldName(name)}</span> <span>{fieldValue(name, value)}</span>
				</span>
			))}
			<span className="text-soft">
				{call.server} server
				{call.confidence === undefined ? "" : ` · ${Math.round(call.confidence * 100)}% sure`}
			</span>
		</section>
	);
}

function ProgressLine({ progress }: { progress: NonNullable<Turn["progress"]> }) {
	const { progress: done, total, message } = progress;
	return (
		<div className="mx-auto mt-5 max-w-sm text-center text-soft text-sm">
			<progress
				className="block h-1.5 w-full accent-accent"
				aria-label="Progress"
				value={total && done}
				max={total ?? 1}
			/>
			<p className="mt-1.5">{message}</p>
		</div>
	);
}

function Answer({ reply }: { reply: NonNullable<Turn["reply"]> }) {
	const text = reply.question?.text ?? reply.reply;
	if (reply.status === "failed") {
		const exact = reply.error?.message === text ? undefined : reply.error?.message;
		return (
			<Problem message={text === "" ? (exact ?? "") : text} fix={reply.error?.fix}>
				{exact === undefined || text === "" ? null : <p className="mt-1.5 text-soft text-sm">{exact}</p>}
			</Problem>
		);
	}
	return (
		<>
			{reply.status === "ask" ? <h3 className="eyebrow mb-1 text-accent">One question</h3> : null}
			<p data-part="answer" className="whitespace-pre-wrap text-lg leading-relaxed sm:text-xl sm:leading-relaxed">
				{text}
			</p>
			{reply.status === "ask" ? (
				<p className="mt-2 text-soft text-sm">Say it, or type it below. Another command drops the question.</p>
			) : null}
			{reply.status === "unknown" ? (
				<p className="mt-2 text-soft text-sm">Nothing was done. “What can I say?” shows what is understood.</p>
			) : null}
		</>
	);
}

function Problem(props: { message: string; fix?: string; children?: ReactNode }) {
	return (
		<div data-part="problem">
			<p className="font-medium text-danger text-lg">{props.message}</p>
			{props.fix === undefined ? null : <p className="mt-1.5 leading-relaxed">{props.fix}</p>}
			{props.children}
		</div>
	);
}
