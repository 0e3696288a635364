import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { onnxFault } from "../../models/onnx.ts";

let folder: string;
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), "aios-onnx-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function faultOf(bytes: Uint8Array): Promise<string | undefined> {
	const path = join(folder, "model.onnx");
	await writeFile(path, bytes);
	return onnxFault(path);
}

function varint(value: number): number[] {
	return value < 0x80 ? [value] : [(value % 0x80) | 0x80, ...varint(Math.floor(value / 0x80))];
}
const number = (field: number, value: number) => [...varint(field * 8), ...varint(value)];
const bytes = (field: number, content: readonly number[]) => [
	...varint(field * 8 + 2),
	...varint(content.length),
	...content,
];

/** A model with these weights of 32-bit numbers, each given by its shape. */
const model = fc.array(fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 3 }), { maxLength: 4 }).map((shapes) => {
	const weights = shapes.map((dims) => {
		const size = 4 * dims.reduce((product, dim) => product * dim, 1);
		return bytes(5, [...dims.flatMap((dim) => number(1, dim)), ...number(2, 1), ...bytes(9, Array(size).fill(7))]);
	});
	return [...number(1, 8), ...bytes(8, number(2, 17)), ...bytes(7, [...bytes(2, [65]), ...weights.flat()])];
});

test("a whole model is taken, one that was cut short anywhere is not", async () => {
	await fc.assert(
		fc.asyncProperty(model, fc.float({ min: 0, max: 1, maxExcluded: true, noNaN: true }), async (whole, share) => {
			expect(await faultOf(Uint8Array.from(whole))).toBeUndefined();
			expect(await faultOf(Uint8Array.from(whole.slice(0, Math.floor(share * whole.length))))).toBeTypeOf("string");
		}),
	);
});

test("any file gets an answer", async () => {
	await fc.assert(
		fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (content) => {
			expect(["string", "undefined"]).toContain(typeof (await faultOf(content)));
		}),
	);
});
