import { type FormEvent, useState } from "react";
import type { Account } from "../account/index.ts";

/** What the server asks of a password, so that the browser says so first. */
const shortest = 8;

/** A new password for the person who is signed in and knows the one they have. */
export function Password({ account }: { account: Account }) {
	const [outcome, setOutcome] = useState<{ text: string; failed?: boolean }>();
	const [busy, setBusy] = useState(false);

	async function submit(event: FormEvent<HTMLFormElement>) {
		event.preventDefault();
		const form = event.currentTarget;
		setBusy(true);
		try {
			const given = new FormData(form);
			await account.changePassword(String(given.get("current")), String(given.get("password")));
			form.reset();
			setOutcome({ text: "Changed. Wherever else you were signed in, you are no longer." });
		} catch (thrown) {
			setOutcome({ text: thrown instanceof Error ? thrown.message : String(thrown), failed: true });
		}
		setBusy(false);
	}

	return (
		<form onSubmit={submit} className="mt-6 border-line border-t pt-5">
			{/* For password managers, which keep it under a name. */}
			<input type="text" autoComplete="username" value={account.name() ?? ""} readOnly hidden />
			<label className="block font-medium text-sm" htmlFor="current-password">
				Password you have
			</label>
			<input
				id="current-password"
				name="current"
				type="password"
				autoComplete="current-password"
				required
				className="field mt-1.5"
			/>
			<label className="mt-4 block font-medium text-sm" htmlFor="new-password">
				New password
			</label>
			<div className="mt-1.5 flex gap-2">
				<input
					id="new-password"
					name="password"
					type="password"
					autoComplete="new-password"
					minLength={shortest}
					maxLength={1_000}
					required
					className="field min-w-0 flex-1"
				/>
				<button type="submit" disabled={busy} className="button-plain">
					Change
				</button>
			</div>
			<p role="status" className={`mt-1.5 min-h-5 text-sm ${outcome?.failed ? "text-danger" : "text-soft"}`}>
				{outcome?.text}
			</p>
		</form>
	);
}
