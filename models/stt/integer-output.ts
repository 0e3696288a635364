import { type Field, fieldFrom, fieldsOf, numberField, textField, textOf } from "./protobuf.ts";

/** Field numbers of onnx.proto. */
const model = { graph: 7, opset: 8 };
const graphNode = 1;
const node = { input: 1, output: 2, name: 3, type: 4, attribute: 5, domain: 7 };
const attributeGraph = 6;
const opset = { domain: 1, version: 2 };

const projection = "/proj_out/MatMul";
const dequantised = "model.decoder.embed_tokens.weight_transposed";

/**
 * Rewrites Moonshine's merged decoder, as quantised by Optimum, and gives the new file in pieces.
 *
 * The published network turns the whole embedding table (32,768 × 416 for base) from 8-bit into floats for every
 * token, to multiply one row with it: 54 MB written and read a token, 40 % of the decoding time. Both branches of the
 * network get one node instead, ONNX Runtime's DynamicQuantizeMatMul, which multiplies the 8-bit table as it is, as
 * the network's other layers do already.
 * Throws where the network is not of that form.
 */
export function integerOutput(file: Uint8Array): Uint8Array[] {
	let branches = 0;
	const fields = fieldsOf(file).flatMap((field) => {
		if (field.number !== model.graph) return [field.whole];
		return rewrite(field, graphNode, (outer) =>
			rewrite(outer, node.attribute, (attribute) =>
				rewrite(attribute, attributeGraph, (branch) => {
					const pieces = branchPieces(branch);
					if (pieces === undefined) return [branch.whole];
					branches++;
					return pieces;
				}),
			),
		);
	});
	if (branches !== 2) throw new Error("the decoder is not the merged one this rewriting knows");
	const runtimeOps = fieldFrom(model.opset, [textField(opset.domain, "com.microsoft"), numberField(opset.version, 1)]);
	return [...fields, ...runtimeOps];
}

/** A message with each inner field of one number replaced. */
function rewrite(field: Field, inner: number, replace: (inner: Field) => Uint8Array[]): Uint8Array[] {
	const pieces = fieldsOf(field.body).flatMap((part) => (part.number === inner ? replace(part) : [part.whole]));
	return fieldFrom(field.number, pieces);
}

/** The branch with its projection replaced; undefined where it has none. */
function branchPieces(branch: Field): Uint8Array[] | undefined {
	const fields = fieldsOf(branch.body);
	const nodes = new Map(fields.filter(({ number }) => number === graphNode).map((field) => [field, describe(field)]));
	const table = [...nodes].find(([, { type, outputs }]) => type === "DequantizeLinear" && outputs[0] === dequantised);
	const product = [...nodes].find(([, { name, type }]) => name === projection && type === "MatMul");
	if (table === undefined || product === undefined) return undefined;
	const users = [...nodes.values()].filter(({ inputs }) => inputs.includes(dequantised));
	const [hidden] = product[1].inputs;
	if (users.length !== 1 || hidden === undefined || table[1].inputs.length !== 3) return undefined;
	const replacement = fieldFrom(graphNode, [
		...[hidden, ...table[1].inputs].map((input) => textField(node.input, input)),
		...product[1].outputs.map((output) => textField(node.output, output)),
		textField(node.name, projection),
		textField(node.type, "DynamicQuantizeMatMul"),
		textField(node.domain, "com.microsoft"),
	]);
	return fieldFrom(
		branch.number,
		fields.flatMap((field) => {
			if (field === table[0]) return [];
			return field === product[0] ? replacement : [field.whole];
		}),
	);
}

function describe(field: Field) {
	const fields = fieldsOf(field.body);
	const all = (number: number) => fields.filter((part) => part.number === number).map(textOf);
	return {
		inputs: all(node.input),
		outputs: all(node.output),
		name: all(node.name)[0],
		type: all(node.type)[0],
	};
}
