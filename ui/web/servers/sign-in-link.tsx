import { useState } from "react";
import { z } from "zod";
import { type Account, problemOf } from "../account/index.ts";

const begunSchema = z.object({ address: z.string() });

/** Opens the sign-in at a server in a tab of its own; administrators only, and others are told so. */
export function SignInLink({ server, account }: { server: string; account: Pick<Account, "fetch"> }) {
	const [problem, setProblem] = useState<string>();

	async function open() {
		setProblem(undefined);
		// A tab may only be opened while the click lasts; where to, the server says afterwards.
		const tab = window.open("about:blank", "_blank");
		try {
			const answer = await account.fetch(`/servers/${encodeURIComponent(server)}/sign_in`, { method: "POST" });
			if (!answer.ok) throw new Error(await problemOf(answer));
			const { address } = begunSchema.parse(await answer.json());
			(tab ?? window).location.assign(address);
		} catch (thrown) {
			tab?.close();
			setProblem(thrown instanceof Error ? thrown.message : String(thrown));
		}
	}

	return (
		<>
			<button type="button" onClick={open} className="rounded text-accent underline">
				Sign in<span className="sr-only"> at {server}</span>
			</button>
			{problem === undefined ? null : (
				<span role="alert" className="block text-danger">
					{problem}
				</span>
			)}
		</>
	);
}
