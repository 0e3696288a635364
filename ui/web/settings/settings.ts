import { z } from "zod";
import { createStore, type Store } from "../parts/store.ts";

const settingsSchema = z.object({
	/** Loudness of the answers, 0 to 1. */
	volume: z.number().min(0).max(1).default(1),
	/** Microphone to use; the system's choice when absent. */
	deviceId: z.string().optional(),
	/** Listen for the wake phrase whenever the page is open. */
	handsFree: z.boolean().default(false),
});

export type Settings = z.output<typeof settingsSchema>;

const storageKey = "aios.settings";

/** This browser's own settings, kept in localStorage; what can't be read falls back to the defaults. */
export function createSettings(): Store<Settings, Partial<Settings>> {
	const store = createStore<Settings, Partial<Settings>>((old, change) => ({ ...old, ...change }), read());
	store.subscribe(() => localStorage.setItem(storageKey, JSON.stringify(store.get())));
	return store;
}

function read(): Settings {
	try {
		return settingsSchema.parse(JSON.parse(localStorage.getItem(storageKey) ?? "{}"));
	} catch {
		return settingsSchema.parse({});
	}
}
