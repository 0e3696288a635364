import { useSyncExternalStore } from "react";

/** A value that changes by actions and can be watched: the whole state management of the page. */
export interface Store<State, Action> {
	get(): State;
	dispatch(action: Action): void;
	subscribe(listener: () => void): () => void;
}

/** Makes a store from a pure reducer. Listeners are called after every action that gave a new state. */
export function createStore<State, Action>(
	reduce: (state: State, action: Action) => State,
	initial: State,
): Store<State, Action> {
	let state = initial;
	const listeners = new Set<() => void>();
	return {
		get: () => state,
		dispatch(action) {
			const next = reduce(state, action);
			if (next === state) return;
			state = next;
			for (const listener of listeners) listener();
		},
		subscribe(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
	};
}

/** The store's state, drawing the component again when it changes. */
export function useStore<State>(store: Pick<Store<State, never>, "get" | "subscribe">): State {
	return useSyncExternalStore(store.subscribe, store.get);
}
