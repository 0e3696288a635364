import fc from "fast-check";
import { evaluate } from "mathjs";
import { expect, test } from "vitest";
import { parseExpression } from "../../core/text/index.ts";

const operators = { plus: "+", minus: "-", times: "*", "divided by": "/" };
const number = fc.integer({ min: 1, max: 999 });

test("sums, products and parentheses are read so that they come to what was said", () => {
	const rest = fc.array(fc.tuple(fc.constantFrom(...Object.keys(operators)), number), { minLength: 1, maxLength: 4 });
	fc.assert(
		fc.property(number, rest, fc.boolean(), (first, more, inParentheses) => {
			const said = [String(first), ...more.flat()].join(" ");
			const meant = more.reduce(
				(text, [word, value]) => `${text} ${Reflect.get(operators, word)} ${value}`,
				`${first}`,
			);
			const read = parseExpression(inParentheses ? `open parenthesis ${said} close parenthesis times 2` : said);
			expect(evaluate(read ?? "")).toBeCloseTo(evaluate(inParentheses ? `(${meant}) * 2` : meant), 6);
		}),
	);
});

test("nothing but arithmetic comes out, whatever was said", () => {
	const word = fc.constantFrom(
		...'import eval f(x) = ; " [ ] { } sqrt of 5 % ! ^ ( ) mod plus pi e 3 inches in feet to x'.split(" "),
	);
	fc.assert(
		fc.property(
			fc.oneof(
				fc.string(),
				fc.array(word).map((words) => words.join(" ")),
			),
			(said) => {
				expect(parseExpression(said) ?? "").toMatch(/^[\d\s.+\-*/^()!%a-z]*$/);
				expect(parseExpression(said) ?? "").not.toMatch(/import|eval|\bf\b|\bx\b/);
			},
		),
		{ numRuns: 2_000 },
	);
});
