import type { MathNode, MathType } from "mathjs";
import library from "mathjs/lib/browser/math.js";
import { z } from "zod";

// The thread behind the calculator. Expressions are parsed, and only numbers, units, operators and the functions named
// here are let through: nothing that assigns, defines, indexes, repeats or reaches into objects is ever evaluated.
const math = library.create(library.all ?? {}, { number: "number", predictable: false });

const functions = new Set(
	"sqrt cbrt abs round floor ceil exp log log2 log10 ln sin cos tan asin acos atan sinh cosh tanh factorial gcd lcm min max mod pow nthRoot sign mean median sum".split(
		" ",
	),
);
const constants = new Set(["pi", "e", "tau", "phi", "i"]);
const operators = new Set("+ - * / ^ % ! mod to in".split(" "));
const mostNodes = 200;

const request = z.object({ id: z.number(), expression: z.string().max(1_000) });

class Refused extends Error {}

function check(node: MathNode): void {
	let nodes = 0;
	node.traverse((part) => {
		if (++nodes > mostNodes) throw new Refused("That calculation is too long.");
		if (math.isConstantNode(part)) {
			if (typeof part.value !== "number") throw new Refused("I can only calculate with numbers.");
		} else if (math.isOperatorNode(part)) {
			if (!operators.has(part.op)) throw new Refused(`I can't calculate with "${part.op}".`);
		} else if (math.isFunctionNode(part)) {
			const name = math.isSymbolNode(part.fn) ? part.fn.name : "";
			if (!functions.has(name)) throw new Refused(`I don't know the function "${name}".`);
		} else if (math.isSymbolNode(part)) {
			const known = functions.has(part.name) || constants.has(part.name) || math.Unit.isValuelessUnit(part.name);
			if (!known) throw new Refused(`I don't know what "${part.name}" is.`);
		} else if (!math.isParenthesisNode(part)) {
			throw new Refused("I can only calculate with numbers and units.");
		}
	});
}

function evaluate(expression: string) {
	const node = math.parse(expression);
	check(node);
	const scope = new Map<string, unknown>([["ln", math.log]]);
	const value: MathType = node.evaluate(scope);
	if (typeof value === "number") {
		if (Number.isNaN(value)) throw new Refused("That has no answer.");
		if (!Number.isFinite(value)) throw new Refused("That is infinite, or a division by zero.");
		return { result: math.format(value, { precision: 14 }), value: Number(value.toPrecision(14)) };
	}
	if (math.isUnit(value)) {
		const [number = "", ...unit] = math.format(value, { precision: 14 }).split(" ");
		return { result: [number, ...unit].join(" "), value: Number(number), unit: unit.join(" ") };
	}
	if (math.isComplex(value)) return { result: math.format(value, { precision: 6 }) };
	throw new Refused("That is not a calculation with one answer.");
}

self.onmessage = (event: MessageEvent) => {
	const { id, expression } = request.parse(event.data);
	try {
		self.postMessage({ id, answer: evaluate(expression) });
	} catch (error) {
		const reason = error instanceof Refused ? error.message : "I can't make sense of that calculation.";
		self.postMessage({ id, error: reason });
	}
};
