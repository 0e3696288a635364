import type { ElementHandle } from "puppeteer-core";
import { z } from "zod";
import { AiosError } from "../../../core/contract/index.ts";
import { soundsLike } from "../../../core/text/index.ts";

/** How long a field may take to become usable, in milliseconds. */
const readyMs = 4_000;
const leastAlike = 0.75;

const kindSchema = z.object({
	tag: z.string(),
	type: z.string(),
	checked: z.boolean(),
	editable: z.boolean(),
	options: z.array(z.object({ value: z.string(), label: z.string(), disabled: z.boolean() })),
	multiple: z.boolean(),
});

type FieldKind = z.output<typeof kindSchema>;

const switches = new Set(["checkbox", "radio"]);
const untypeable = new Set(["file", "submit", "button", "image", "reset", "hidden"]);

async function kindOf(handle: ElementHandle): Promise<FieldKind> {
	const found: unknown = await handle.evaluate((element) => {
		const select = element instanceof HTMLSelectElement ? element : undefined;
		const input = element instanceof HTMLInputElement ? element : undefined;
		return {
			tag: element.nodeName.toLowerCase(),
			type: input?.type ?? "",
			checked: input?.checked ?? (element instanceof HTMLElement && element.getAttribute("aria-checked") === "true"),
			editable:
				input !== undefined || element.nodeName === "TEXTAREA" || Reflect.get(element, "isContentEditable") === true,
			options: [...(select?.options ?? [])].slice(0, 2_000).map((option) => ({
				value: option.value,
				label: option.label.trim().slice(0, 300),
				disabled: option.disabled,
			})),
			multiple: select?.multiple ?? false,
		};
	});
	return kindSchema.parse(found);
}

/**
 * Puts a value into a field, in the place of what is there: text into text fields, one of the options into a select,
 * true or false into checkboxes. Throws `bad_request` where the field takes no such value.
 */
export async function fillElement(handle: ElementHandle, value: string | boolean): Promise<void> {
	const kind = await kindOf(handle);
	if (kind.tag === "select") return void (await selectOptions(handle, kind, [String(value)]));
	const ticked = switches.has(kind.type) || (!kind.editable && typeof value === "boolean");
	if (ticked) {
		const wanted = value === true || (typeof value === "string" && /^(?:true|yes|on|checked|1)$/i.test(value));
		if (wanted !== kind.checked) await handle.click();
		return;
	}
	if (!kind.editable || untypeable.has(kind.type)) {
		throw new AiosError("bad_request", "No text can be typed there.", {
			fix: "Choose a text field: snapshot shows which there are.",
		});
	}
	await handle.asLocator().setTimeout(readyMs).fill(String(value));
}

/** The options of a select, chosen by label, value or sound. Gives the labels. Throws `bad_request`, `not_found`. */
export async function optionsOf(handle: ElementHandle, wanted: readonly string[]): Promise<string[]> {
	const kind = await kindOf(handle);
	if (kind.tag !== "select") {
		throw new AiosError("bad_request", "That is not a list of options.", {
			fix: "Click it, take a snapshot, and click the option.",
		});
	}
	return selectOptions(handle, kind, wanted);
}

async function selectOptions(handle: ElementHandle, kind: FieldKind, wanted: readonly string[]): Promise<string[]> {
	if (wanted.length > 1 && !kind.multiple) throw new AiosError("bad_request", "Only one option can be chosen there.");
	const chosen = wanted.map((text) => chooseOption(kind.options, text));
	await handle.select(...chosen.map(({ value }) => value));
	return chosen.map(({ label }) => label);
}

function chooseOption(options: FieldKind["options"], text: string): FieldKind["options"][number] {
	const open = options.filter(({ disabled }) => !disabled);
	const plain = text.trim().toLowerCase();
	const exact = open.find(({ label, value }) => label.toLowerCase() === plain || value.toLowerCase() === plain);
	if (exact !== undefined) return exact;
	const best = open
		.map((option) => ({ option, alike: soundsLike(plain, option.label) }))
		.sort((a, b) => b.alike - a.alike)[0];
	if (best !== undefined && best.alike >= leastAlike) return best.option;
	const labels = open.map(({ label }) => label).filter((label) => label !== "");
	throw new AiosError("not_found", `There is no option "${text.slice(0, 100)}".`, {
		fix: `There are ${labels.slice(0, 12).join(", ")}${labels.length > 12 ? ", …" : ""}.`,
		spoken: `There is no option ${text.slice(0, 100)}.`,
	});
}

/** Sends the form a field belongs to, as its button would: checks of the page included. */
export async function submitForm(handle: ElementHandle): Promise<void> {
	const sent: unknown = await handle.evaluate((element) => {
		const form: unknown = Reflect.get(element, "form") ?? element.closest("form");
		if (!(form instanceof HTMLFormElement)) return false;
		form.requestSubmit();
		return true;
	});
	if (sent !== true) await handle.press("Enter");
}
