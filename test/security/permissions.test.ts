import fc from "fast-check";
import { expect, test } from "vitest";
import { covers } from "../../core/contract/index.ts";
import { createLimiter, intersect, mintKey, sha256 } from "../../core/security/index.ts";

const part = fc.constantFrom("*", "a", "b", "c");
const effect = fc.constantFrom("*", "read", "write");
const pattern = fc.tuple(part, part, effect).map((parts) => parts.join(":"));
const patterns = fc.array(pattern, { maxLength: 4 });
const call = fc.record({
	server: fc.constantFrom("a", "b", "c", "d"),
	name: fc.constantFrom("a", "b", "c", "d"),
	effect: fc.constantFrom("read", "write", "outbound"),
});

test("a key may do exactly what both its scopes and its owner allow", () => {
	fc.assert(
		fc.property(patterns, patterns, call, (owner, scopes, wanted) => {
			const allowed = (list: readonly string[]) => list.some((each) => covers(each, wanted));
			expect(allowed(intersect(owner, scopes))).toBe(allowed(owner) && allowed(scopes));
		}),
	);
});

test("no two keys are alike, and what is kept of one does not give it away", () => {
	const keys = Array.from({ length: 1_000 }, mintKey);
	expect(new Set(keys.map(({ key }) => key)).size).toBe(1_000);
	for (const { key, prefix, hash } of keys) {
		expect(hash).toBe(sha256(key));
		expect(key.startsWith(`aios_${prefix}_`)).toBe(true);
	}
});

test("an allowance is used up, refilled by time, and one's own", () => {
	let now = 0;
	const clock = { now: () => new Date(now), after: () => () => {} };
	const limiter = createLimiter({ burst: 2, perMs: 1_000, clock });
	limiter.take("a");
	limiter.take("a");
	expect(() => limiter.take("a")).toThrow(/Try again in 1 s/);
	limiter.take("b");
	now = 500;
	limiter.take("a");
	expect(() => limiter.take("a")).toThrow();
	now = -10_000;
	expect(() => limiter.take("a")).toThrow();
	now = -9_500;
	limiter.take("a");
});
