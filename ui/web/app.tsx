import { useEffect, useMemo, useState } from "react";
import { type Account, SignIn } from "./account/index.ts";
import { createLiveAssistant, type LiveAssistant, LiveScreen } from "./live/index.ts";
import { useStore } from "./parts/store.ts";
import { createSettings } from "./settings/index.ts";

/** The page: the sign-in form, or the assistant. */
export function App({ account }: { account: Account }) {
	const signIn = useStore(account);
	const settings = useMemo(createSettings, []);
	const [draft, setDraft] = useState("");
	const [assistant, setAssistant] = useState<LiveAssistant>();
	const signedIn = signIn.state === "signed-in";

	useEffect(() => {
		if (!signedIn) return;
		const made = createLiveAssistant({ account, settings });
		setAssistant(made);
		return () => {
			made.close();
			setAssistant(undefined);
		};
	}, [account, settings, signedIn]);

	if (signIn.state === "signed-out") return <SignIn account={account} message={signIn.message} />;
	if (assistant === undefined) return <p className="sr-only">Opening AIOS…</p>;
	return <LiveScreen {...{ assistant, account, settings, draft }} onDraft={setDraft} />;
}
