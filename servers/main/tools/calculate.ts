import { z } from "zod";
import { defineTool, slot } from "../../../core/contract/index.ts";
import { parseExpression } from "../../../core/text/index.ts";
import type { MainAdapters } from "../adapters/index.ts";

/** Digits worth hearing. */
const spokenDigits = 6;

export const calculate = defineTool({
	name: "calculate",
	title: "Calculate",
	description: "Calculates: arithmetic, percentages, roots, powers, trigonometry and conversions between units.",
	effect: "read",
	input: z.object({
		expression: slot("expression", z.string().min(1).max(500)).describe('"3 * (4 + 5)", "20% of 80", "5 miles in km"'),
	}),
	output: z.object({
		expression: z.string().describe("What was calculated, in symbols"),
		result: z.string(),
		value: z.number().optional(),
		unit: z.string().optional(),
	}),
	voice: {
		en: {
			sentences: [
				"(calculate|compute|evaluate|solve|work out|figure out) {expression}",
				"(what is|whats|what are|what does|how much is|how much are|how many is) {expression} [equal|equals|make]",
				"(what is|tell me|give me) the (answer|result|solution) (to|of|for) {expression}",
				"(convert|change) {expression}",
				"how (many|much) {expression}",
				"(tell me|can you calculate|do you know) {expression}",
				"what do you get (for|if you calculate) {expression}",
				"{expression} equals [what]",
				"{expression!}",
				"(compute|calculate) the (value|result) of {expression}",
			],
			followUps: [{ text: "(and|and what about|what about|how about|and what is) {expression}" }],
			examples: ["add these numbers up", "what's fifteen percent of the bill"],
			ask: { expression: "What should I calculate?" },
		},
	},
	say({ result, value, unit }) {
		if (value === undefined) return `It's ${result}.`;
		const rounded = Number(value.toPrecision(spokenDigits));
		const about = rounded === value ? "" : "about ";
		return `It's ${about}${rounded}${unit === undefined ? "" : ` ${spokenUnit(unit, rounded)}`}.`;
	},
	async run({ expression }, { calculator }: MainAdapters, { signal }) {
		const symbols = parseExpression(expression) ?? expression;
		return { expression: symbols, ...(await calculator.calculate(symbols, signal)) };
	},
});

const irregular: Record<string, string> = {
	foot: "feet",
	inch: "inches",
	lbm: "pounds",
	celsius: "degrees Celsius",
	fahrenheit: "degrees Fahrenheit",
	degC: "degrees Celsius",
	degF: "degrees Fahrenheit",
};

function spokenUnit(unit: string, value: number): string {
	return unit
		.split(" / ")
		.map((part, index) => {
			if (index > 0 || (value === 1 && part !== "lbm")) return part;
			return irregular[part] ?? (/^[a-z]{4,}$/.test(part) ? `${part}s` : part);
		})
		.join(" per ");
}
