import { useMemo, useState } from "react";
import { Dialog } from "../parts/dialog.tsx";
import { humanName } from "../parts/format.ts";
import { type SayableTool, sentencesOf } from "./catalogue.ts";
import { EffectMark } from "./effect.tsx";

/** Everything that can be said, searchable. A chosen sentence goes into the text box, where it can still be changed. */
export function Sayings(props: { tools: readonly SayableTool[]; onChoose(sentence: string): void; onClose(): void }) {
	const { tools, onChoose, onClose } = props;
	const [query, setQuery] = useState("");
	const found = useMemo(() => search(tools, query), [tools, query]);
	const servers = [...new Set(found.map((tool) => tool.server))];

	return (
		<Dialog title="What can I say?" onClose={onClose}>
			<label className="block font-medium text-sm">
				Search
				<input
					ref={focusFirst}
					type="search"
					value={query}
					onChange={(event) => setQuery(event.target.value)}
					className="field mt-1.5"
					placeholder="timer, mail, screenshot…"
				/>
			</label>
			<p role="status" className="mt-3 text-soft text-sm">
				{found.length === 0 ? "Nothing found. Try another word." : `${found.length} of ${tools.length} tools`}
			</p>
			{servers.map((server) => (
				<section key={server} className="mt-5">
					<h3 className="eyebrow">{humanName(server)}</h3>
					<ul className="mt-2 divide-y divide-line">
						{found
							.filter((tool) => tool.server === server)
							.map((tool) => (
								<li key={tool.name} className="py-3">
									<p className="flex items-center gap-2 font-medium">
										{tool.title} <EffectMark effect={tool.effect} />
									</p>
									{tool.description === undefined ? null : (
										<p className="mt-0.5 text-soft text-sm leading-relaxed">{tool.description}</p>
									)}
									<div className="mt-2 flex flex-wrap gap-2">
										{sentencesOf(tool).map((sentence) => (
											<button
												key={sentence}
												type="button"
												onClick={() => onChoose(sentence)}
												className="rounded-full border border-edge px-3 py-1.5 text-left text-sm hover:bg-raised"
											>
												“{sentence}”
											</button>
										))}
									</div>
								</li>
							))}
					</ul>
				</section>
			))}
		</Dialog>
	);
}

/** The dialog opens with the search box in focus, except where that would bring a keyboard up over the list. */
function focusFirst(field: HTMLInputElement | null): void {
	field?.toggleAttribute("autofocus", !matchMedia("(pointer: coarse)").matches);
}

function search(tools: readonly SayableTool[], query: string): readonly SayableTool[] {
	const words = query.toLowerCase().split(/\s+/).filter(Boolean);
	return tools.filter((tool) => {
		const text = [tool.server, tool.name, tool.title, tool.description, ...sentencesOf(tool)].join(" ").toLowerCase();
		return words.every((word) => text.includes(word));
	});
}
