import { expect, test } from "vitest";
import { z } from "zod";
import { defineServer, defineTool, slot } from "../../core/contract/index.ts";

interface Adapters {
	volume: { set(level: number): Promise<number> };
}

const setVolume = defineTool({
	name: "set_volume",
	title: "Set volume",
	description: "Sets the volume.",
	effect: "write",
	input: z.object({ level: slot("percent", z.number().min(0).max(100)).optional(), mute: z.boolean().optional() }),
	output: z.object({ level: z.number() }),
	voice: { en: { sentences: ["set [the] volume to {level}"], fixed: [{ text: "mute", values: { mute: true } }] } },
	say: ({ level }) => `Volume ${level} percent.`,
	run: async ({ level }, { volume }: Adapters) => ({ level: await volume.set(level ?? 0) }),
});

test("a slot the input does not have is a compile error", () => {
	defineTool({
		name: "broken",
		title: "Broken",
		description: "Has a misspelt slot.",
		effect: "read",
		input: z.object({ level: z.number() }),
		output: z.object({}),
		voice: {
			en: {
				sentences: [
					"good {level}",
					// @ts-expect-error {levle} is not a field of the input
					"bad {levle}",
				],
				fixed: [
					{ text: "full {level}", values: { level: 100 } },
					// @ts-expect-error {lvl} is not a field of the input
					{ text: "full {lvl}", values: { level: 100 } },
				],
			},
		},
		say: () => "",
		run: () => ({}),
	});
});

test("the sentence read back leaves out what nobody said: defaults, empty lists, what is absent", () => {
	const { summary, input } = defineTool({
		name: "move_all",
		title: "Move files",
		description: "Moves files.",
		effect: "write",
		input: z.object({
			to: z.string(),
			only: z.array(z.string()).default([]),
			wait_ms: z.number().default(45_000),
			depth: z.number().optional(),
		}),
		output: z.object({}),
		voice: { en: { sentences: ["move files to {to}"] } },
		say: () => "",
		run: () => ({}),
	});
	expect(summary(input.parse({ to: "attic" }))).toBe("Move files: to attic");
	expect(summary(input.parse({ to: "attic", only: ["a"], wait_ms: 1 }))).toBe(
		'Move files: to attic, only ["a"], wait ms 1',
	);
});

test("a server takes only tools whose adapters it makes", () => {
	const adapters = (): Adapters => ({ volume: { set: async (level) => level } });
	const spec = { name: "system", title: "System", description: "", port: 8002, adapters };
	expect(defineServer<Adapters>({ ...spec, tools: [setVolume] }).tools).toHaveLength(1);
	// @ts-expect-error the server's adapters lack `volume`
	defineServer<{ other: number }>({ ...spec, adapters: () => ({ other: 1 }), tools: [setVolume] });
});

test("two tools of one name in a server are refused", () => {
	expect(() =>
		defineServer<Adapters>({
			name: "system",
			title: "System",
			description: "",
			port: 8002,
			adapters: () => ({ volume: { set: async (level) => level } }),
			tools: [setVolume, setVolume],
		}),
	).toThrow(/twice/);
});
