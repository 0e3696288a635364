import { useEffect, useRef } from "react";

interface Keys {
	onTalk(): void;
	onTalkEnd(): void;
	onStop(): void;
}

/** Holding Space talks, Escape stops the assistant: anywhere but where these keys have a meaning of their own. */
export function useKeys(keys: Keys): void {
	const current = useRef(keys);
	current.current = keys;

	useEffect(() => {
		let held = false;
		const end = () => {
			if (held) current.current.onTalkEnd();
			held = false;
		};
		const down = (event: KeyboardEvent) => {
			if (document.querySelector("dialog[open]") !== null) return;
			if (event.code === "Escape") return current.current.onStop();
			if (event.code !== "Space" || event.ctrlKey || event.altKey || event.metaKey) return;
			if (hasOwnSpace(event.target)) return;
			event.preventDefault();
			if (event.repeat || held) return;
			held = true;
			current.current.onTalk();
		};
		const up = (event: KeyboardEvent) => {
			if (event.code !== "Space" || !held) return;
			event.preventDefault();
			end();
		};
		addEventListener("keydown", down);
		addEventListener("keyup", up);
		addEventListener("blur", end);
		return () => {
			removeEventListener("keydown", down);
			removeEventListener("keyup", up);
			removeEventListener("blur", end);
		};
	}, []);
}

/** The big microphone is the one control on which Space means talking. */
function hasOwnSpace(target: EventTarget | null): boolean {
	if (!(target instanceof Element)) return false;
	if (target.matches("[aria-keyshortcuts~=Space]")) return false;
	return target.closest("input, textarea, select, button, a, summary, [contenteditable], [tabindex='0']") !== null;
}
