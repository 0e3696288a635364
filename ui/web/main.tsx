import "./parts/zod-setup.ts";
import "./styles.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createAccount } from "./account/index.ts";
import { App } from "./app.tsx";

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no element #root");

const account = createAccount();
void account.begin();
createRoot(root).render(
	<StrictMode>
		<App account={account} />
	</StrictMode>,
);
