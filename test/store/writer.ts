import { history, lists, openStore, schedules } from "../../core/store/index.ts";
import { turnNamed } from "./turns.ts";

// Writes without end and says so after each write, until it is killed.
const [path = "", who = "anna"] = process.argv.slice(2);
const store = openStore({ path });
for (let count = 0; ; count++) {
	lists(store).add(who, "shopping", `item ${count}`, count);
	schedules(store).add({
		id: `${who} timer ${count}`,
		userId: who,
		kind: "timer",
		label: null,
		dueAt: count,
		createdAt: 0,
		seconds: 1,
		wallTime: null,
		days: [],
	});
	history(store).add(Array.from({ length: 10 }, (_, index) => turnNamed(`${who} turn ${count}.${index}`)));
	await new Promise((written) => process.stdout.write(`${count}\n`, written));
}
