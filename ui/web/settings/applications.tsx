import { useCallback, useEffect, useState } from "react";
import { z } from "zod";
import type { Account } from "../account/index.ts";

const listSchema = z.object({
	applications: z.array(
		z.object({ id: z.string(), name: z.string(), resource: z.string(), scopes: z.array(z.string()) }),
	),
});
type Application = z.output<typeof listSchema>["applications"][number];

/** The programs this person let in, each with a button that signs it out. Nothing is shown where there are none. */
export function Applications({ account }: { account: Account }) {
	const [applications, setApplications] = useState<readonly Application[]>([]);
	const [problem, setProblem] = useState<string>();

	const read = useCallback(async () => {
		const response = await account.fetch("/applications").catch(() => undefined);
		const listed = response?.ok ? listSchema.safeParse(await response.json()) : undefined;
		setApplications(listed?.data?.applications ?? []);
	}, [account]);
	useEffect(() => void read(), [read]);

	async function signOut({ id, name }: Application) {
		const path = `/applications/${encodeURIComponent(id)}`;
		const response = await account.fetch(path, { method: "DELETE" }).catch(() => undefined);
		// One that is gone already is what was wanted.
		const gone = response !== undefined && (response.ok || response.status === 404);
		setProblem(gone ? undefined : `${name} could not be signed out.`);
		await read();
	}

	if (applications.length === 0 && problem === undefined) return null;
	return (
		<section aria-labelledby="applications" className="mt-6 border-line border-t pt-5">
			<h3 id="applications" className="font-medium text-sm">
				Applications you let in
			</h3>
			<ul className="mt-2 divide-y divide-line">
				{applications.map((application) => (
					<li key={application.id} className="flex items-center justify-between gap-4 py-2 text-sm">
						<span>
							{application.name}
							<span className="block text-soft">
								{placeOf(application.resource)}: {application.scopes.join(", ")}
							</span>
						</span>
						<button type="button" className="button-quiet" onClick={() => void signOut(application)}>
							Sign out<span className="sr-only"> {application.name}</span>
						</button>
					</li>
				))}
			</ul>
			<p role="alert" className="text-danger text-sm">
				{problem}
			</p>
		</section>
	);
}

function placeOf(resource: string): string {
	return resource === "/mcp" ? "every server" : resource.slice("/mcp/".length);
}
