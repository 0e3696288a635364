import { z } from "zod";
import { AiosError, defineTool, slot } from "../../../core/contract/index.ts";
import { sayCount } from "../../../core/text/index.ts";
import { type BrowserAdapters, evaluate, fieldRoles, fillElement, findElement, submitForm } from "../adapters/index.ts";
import { pageSchema, refField, reportAfter, sayPage } from "./shared.ts";

const isTyping = `(() => {
	let active = document.activeElement;
	while (active && active.shadowRoot && active.shadowRoot.activeElement) active = active.shadowRoot.activeElement;
	return active !== null && (active.isContentEditable || /^(?:input|textarea|iframe)$/i.test(active.nodeName));
})()`;

/** Types into a field of the page. */
export const typeText = defineTool({
	name: "type_text",
	title: "Type into page",
	description:
		"Types text into a field of the page in front, named by reference or label and replacing what is there; without either, where the cursor is.",
	effect: "write",
	outside: true,
	input: z.object({
		text: slot("text", z.string().min(1).max(100_000)),
		ref: refField,
		field: slot("name", z.string().trim().min(1).max(200)).optional().describe("Label of the field"),
		submit: z.boolean().default(false).describe("Send the form afterwards"),
	}),
	output: pageSchema,
	voice: {
		en: {
			sentences: [
				"(type|enter|write|put) {text} (in|into) the {field} (field|box) [(on|of) (the|this) [web] (page|site|website)]",
				"(type|enter|write|put) {text} (in|into|on) (the|this) [web] (page|site|website)",
				"fill [in] the {field} (field|box) with {text}",
			],
			examples: ["type my name into the name field on the page"],
			ask: { text: "What should I type?" },
		},
	},
	summary: ({ field, ref, submit }) => `Type into ${field ?? ref ?? "the page"}${submit ? " and send the form" : ""}`,
	say: (page) => `Typed. ${sayPage(page)}`,
	async run({ text, ref, field, submit }, { use }: BrowserAdapters, { user, signal }) {
		return use(user, signal, async (session) => {
			const tab = await session.current(signal);
			if (ref === undefined && field === undefined) {
				if ((await evaluate(tab.cdp, isTyping)) !== true) {
					throw new AiosError("bad_request", "The cursor is in no field of the page.", {
						fix: "Say which field, by its label or its reference from snapshot.",
						spoken: "Which field should I type it into?",
					});
				}
				await tab.act(async () => {
					await tab.page.keyboard.type(text);
					if (submit) await tab.page.keyboard.press("Enter");
				}, signal);
			} else {
				const { handle } = await findElement(tab, { ref, name: field, roles: fieldRoles });
				await tab.act(async () => {
					await fillElement(handle, text);
					if (submit) await submitForm(handle);
				}, signal);
			}
			return reportAfter(session, tab);
		});
	},
});

/** Fills several fields of a form. */
export const fillForm = defineTool({
	name: "fill_form",
	title: "Fill form",
	description:
		"Fills fields of the page in front, each named by reference or label: text, an option of a list, or true and false for checkboxes. Sends the form where `submit` is true.",
	effect: "outbound",
	outside: true,
	input: z.object({
		fields: z
			.array(
				z
					.strictObject({
						ref: refField,
						name: z.string().trim().min(1).max(200).optional().describe("Label of the field"),
						value: z.union([z.string().max(100_000), z.boolean()]),
					})
					.refine(({ ref, name }) => ref !== undefined || name !== undefined, "expected ref or name"),
			)
			.min(1)
			.max(100),
		submit: z.boolean().default(false),
	}),
	output: z.object({ ...pageSchema.shape, filled: z.array(z.string()) }),
	voice: {
		en: {
			sentences: ["fill [in|out] (the|this) form"],
			examples: ["fill out the form on this page"],
			ask: { fields: "Tell me field by field, as in: type Anna into the name field." },
		},
	},
	timeoutMs: 45_000,
	summary: ({ fields, submit }) =>
		`Fill ${fields.map(({ name, ref }) => name ?? ref).join(", ")}${submit ? " and send the form" : ""}`,
	say: ({ filled, ...page }) => `Filled ${sayCount(filled.length, "field")}. ${sayPage(page)}`,
	async run({ fields, submit }, { use }: BrowserAdapters, { user, signal, progress }) {
		return use(user, signal, async (session) => {
			const tab = await session.current(signal);
			const filled: string[] = [];
			await tab.act(async () => {
				let last: Awaited<ReturnType<typeof findElement>> | undefined;
				for (const { ref, name, value } of fields) {
					signal.throwIfAborted();
					last = await findElement(tab, { ref, name, roles: fieldRoles });
					await fillElement(last.handle, value);
					filled.push(name ?? last.name);
					progress({ progress: filled.length, total: fields.length });
				}
				if (submit && last !== undefined) await submitForm(last.handle);
			}, signal);
			return { ...(await reportAfter(session, tab)), filled };
		});
	},
});
