import { type ReactNode, useEffect, useRef, useState } from "react";
import type { Account } from "../account/index.ts";
import { Mark } from "../parts/mark.tsx";
import { type Store, useStore } from "../parts/store.ts";
import { ModelProgress, ServersPanel } from "../servers/index.ts";
import { type Settings, SettingsPanel } from "../settings/index.ts";
import { Sayings, useCatalogue } from "../tools/index.ts";
import { Announcer } from "./announcer.tsx";
import type { LiveAssistant } from "./assistant.ts";
import { Composer } from "./composer.tsx";
import { Conversation } from "./conversation.tsx";
import { Notices } from "./notices.tsx";
import { Stage } from "./stage.tsx";
import { activityOf, type LiveState } from "./state.ts";
import { newestTurn } from "./turns.ts";
import { useKeys } from "./use-keys.ts";

interface LiveScreenProps {
	assistant: LiveAssistant;
	account: Account;
	settings: Store<Settings, Partial<Settings>>;
	/** The text box's words live outside, so that signing in again does not lose them. */
	draft: string;
	onDraft(text: string): void;
}

/** The one screen: talk in the middle, the conversation and the servers beside it. */
export function LiveScreen({ assistant, account, settings, draft, onDraft }: LiveScreenProps) {
	const state = useStore(assistant);
	const { handsFree } = useStore(settings);
	const [open, setOpen] = useState<"sayings" | "settings">();
	const [chosen, setChosen] = useState<string>();
	const field = useRef<HTMLTextAreaElement>(null);
	const tools = useCatalogue(account, toolCount(state));
	const activity = activityOf(state);
	const newest = newestTurn(state.turns);
	const shown = state.turns.find(({ id }) => id === chosen) ?? newest;
	const pending = newest?.reply?.status === "ask" ? newest.reply.question?.text : undefined;

	// biome-ignore lint/correctness/useExhaustiveDependencies: a new turn takes the stage back from a chosen one
	useEffect(() => {
		setChosen(undefined);
		scrollTo({ top: 0 });
	}, [newest?.at]);
	useEffect(() => assistant.talk.setHandsFree(handsFree), [assistant, handsFree]);

	useEffect(() => {
		const { unlock } = assistant.player;
		addEventListener("pointerup", unlock);
		addEventListener("keyup", unlock);
		return () => {
			removeEventListener("pointerup", unlock);
			removeEventListener("keyup", unlock);
		};
	}, [assistant]);

	const talk = () => {
		assistant.player.unlock();
		if (state.speaking !== undefined) assistant.interrupt();
		void assistant.talk.start();
	};
	useKeys({ onTalk: talk, onTalkEnd: assistant.talk.stop, onStop: assistant.interrupt });

	return (
		<div className="mx-auto flex min-h-dvh max-w-[100rem] flex-col">
			<Header state={state} onSayings={() => setOpen("sayings")} onSettings={() => setOpen("settings")} />
			<div className="grid flex-1 grid-cols-[minmax(0,1fr)] gap-8 px-4 pb-6 sm:px-6 lg:grid-cols-[minmax(0,1fr)_20rem] lg:px-8">
				<main className="mx-auto flex min-h-[calc(100dvh-5.25rem)] w-full max-w-2xl flex-col items-center gap-4">
					<h1 className="sr-only">AIOS</h1>
					<Notices
						state={state}
						onDismiss={assistant.dismissNotice}
						onPutAway={assistant.putAway}
						onRetryMicrophone={talk}
					/>
					<Stage
						assistant={assistant}
						state={state}
						activity={activity}
						turn={shown}
						past={shown !== newest}
						tools={tools}
						handsFree={handsFree}
						onTalk={talk}
						onHandsFree={(on) => settings.dispatch({ handsFree: on })}
						onBack={() => setChosen(undefined)}
					/>
					<div className="sticky bottom-0 z-10 -mx-2 mt-auto w-[calc(100%+1rem)] bg-linear-to-t from-75% from-canvas px-2 pt-5">
						<Composer
							field={field}
							draft={draft}
							online={state.connection === "online"}
							question={pending}
							onDraft={onDraft}
							onSend={assistant.say}
						/>
					</div>
				</main>
				<aside className="flex flex-col gap-5 lg:sticky lg:top-4 lg:max-h-[calc(100dvh-2rem)] lg:self-start lg:overflow-y-auto">
					<ModelProgress models={Object.values(state.models)} />
					<Panel title="Conversation">
						<Conversation
							turns={state.turns}
							shown={shown?.id}
							onShow={setChosen}
							onOlder={state.older === undefined ? undefined : assistant.showOlder}
						/>
					</Panel>
					<Panel title="Servers">
						<ServersPanel status={state.status} account={account} />
					</Panel>
				</aside>
			</div>
			<Announcer turn={newest} activity={activity} />
			{open === "sayings" ? (
				<Sayings
					tools={tools}
					onClose={() => setOpen(undefined)}
					onChoose={(sentence) => {
						onDraft(sentence);
						setOpen(undefined);
						requestAnimationFrame(() => field.current?.focus());
					}}
				/>
			) : null}
			{open === "settings" ? (
				<SettingsPanel
					settings={settings}
					voice={state.status?.voice}
					account={account}
					onClose={() => setOpen(undefined)}
				/>
			) : null}
		</div>
	);
}

function Header(props: { state: LiveState; onSayings(): void; onSettings(): void }) {
	return (
		<header className="flex items-center gap-2 px-4 py-3 sm:px-6 lg:px-8">
			<Mark className="size-7 shrink-0" />
			<span className="font-semibold tracking-tight max-[22rem]:sr-only">AIOS</span>
			<p role="status" className="ml-2 whitespace-nowrap text-soft text-sm max-sm:sr-only">
				{healthOf(props.state)}
			</p>
			<span className="flex-1" />
			<button type="button" className="button-quiet -my-1 whitespace-nowrap text-sm" onClick={props.onSayings}>
				What can I say?
			</button>
			<button type="button" className="button-quiet -my-1 -mr-3 whitespace-nowrap text-sm" onClick={props.onSettings}>
				Settings
			</button>
		</header>
	);
}

function Panel({ title, children }: { title: string; children: ReactNode }) {
	return (
		<section className="card shrink-0 overflow-hidden" aria-label={title}>
			<h2 className="px-5 py-3.5 font-semibold text-sm">{title}</h2>
			{children}
		</section>
	);
}

function healthOf({ connection, status }: LiveState): string {
	if (connection === "connecting") return "Connecting…";
	if (connection === "offline") return "Reconnecting…";
	const servers = status?.servers ?? [];
	const ready = servers.filter((server) => server.status === "healthy" || server.status === "degraded").length;
	if (servers.length === 0) return "Connected";
	return ready === servers.length ? "Ready" : `${ready} of ${servers.length} servers ready`;
}

function toolCount({ status }: LiveState): string {
	return (status?.servers ?? []).map(({ name, tools }) => `${name}:${tools}`).join();
}
