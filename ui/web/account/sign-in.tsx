import { type FormEvent, useState } from "react";
import { Mark } from "../parts/mark.tsx";
import type { Account } from "./account.ts";

/** The form for people who come without a one-time link. */
export function SignIn({ account, message }: { account: Account; message?: string }) {
	const [problem, setProblem] = useState<string>();
	const [busy, setBusy] = useState(false);

	async function submit(event: FormEvent<HTMLFormElement>) {
		event.preventDefault();
		const form = new FormData(event.currentTarget);
		setBusy(true);
		setProblem(undefined);
		try {
			await account.signIn(String(form.get("username")), String(form.get("password")));
		} catch (thrown) {
			setProblem(
				thrown instanceof TypeError
					? "AIOS can't be reached. Is it still running?"
					: thrown instanceof Error
						? thrown.message
						: String(thrown),
			);
			setBusy(false);
		}
	}

	return (
		<main className="grid min-h-dvh place-items-center p-6">
			<form onSubmit={submit} className="w-full max-w-sm rounded-2xl border border-line bg-surface p-8 shadow-card">
				<Mark className="size-10" />
				<h1 className="mt-5 font-semibold text-2xl tracking-tight">Sign in to AIOS</h1>
				<p className="mt-2 text-soft text-sm leading-relaxed">
					{message ?? "Or open the address that was printed when AIOS started: it signs you in by itself."}
				</p>
				<label className="mt-6 block font-medium text-sm">
					Name
					<input name="username" autoComplete="username" required className="field mt-1.5" autoCapitalize="none" />
				</label>
				<label className="mt-4 block font-medium text-sm">
					Password
					<input name="password" type="password" autoComplete="current-password" required className="field mt-1.5" />
				</label>
				<p role="alert" className="mt-3 min-h-5 text-danger text-sm">
					{problem}
				</p>
				<button type="submit" disabled={busy} className="button-primary mt-3 w-full">
					{busy ? "Signing in…" : "Sign in"}
				</button>
			</form>
		</main>
	);
}
