import { z } from "zod";

const whole = z.number().int();
const region = z.object({ x: whole, y: whole, width: whole, height: whole });

/** What is asked of the helper process that holds nut-js. Positions and sizes are pixels of the screen. */
export const actionSchema = z.discriminatedUnion("do", [
	z.object({ do: z.literal("windows") }),
	z.object({ do: z.literal("focus"), id: whole }),
	z.object({ do: z.literal("screen") }),
	z.object({ do: z.literal("move"), x: whole, y: whole }),
	z.object({ do: z.literal("click"), button: z.enum(["left", "right", "middle"]), count: whole }),
	/** One chord: modifiers first, then the key, by nut-js's names. */
	z.object({ do: z.literal("press"), keys: z.array(z.string()) }),
	z.object({ do: z.literal("type"), text: z.string() }),
	z.object({ do: z.literal("grab"), region: region.optional(), maxWidth: whole, maxBytes: whole }),
]);

export type Action = z.output<typeof actionSchema>;

const windowSchema = z.object({ id: whole, title: z.string(), ...region.shape, active: z.boolean() });

/** What the helper answers, by what was asked. */
export const answerSchemas = {
	windows: z.array(windowSchema),
	/** Id of the window that has the keyboard now. */
	focus: whole,
	screen: z.object({ width: whole, height: whole, x: whole, y: whole }),
	move: z.object({ x: whole, y: whole }),
	click: z.object({ x: whole, y: whole }),
	press: z.undefined(),
	type: z.undefined(),
	/** A PNG; `scale` is pixels of the screen per pixel of the picture. */
	grab: z.object({ png: z.instanceof(Uint8Array), width: whole, height: whole, region, scale: z.number() }),
};

export type Answer<D extends Action["do"]> = z.output<(typeof answerSchemas)[D]>;
export type DesktopWindow = z.output<typeof windowSchema>;
export type Area = z.output<typeof region>;
