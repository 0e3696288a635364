import { AiosError, type Clock, type Logger, type Principal } from "../contract/index.ts";
import { checkAddress } from "./address.ts";
import type { ListedTool } from "./connection.ts";
import { type ServerEntry, statusOf } from "./entry.ts";
import { type Environments, listSealed } from "./environments.ts";
import { createLanes } from "./lanes.ts";
import { type Account, type Accounts, SignInNeeded } from "./oauth/index.ts";
import { holdChanges, pinsOf } from "./pins.ts";
import type {
	HeldBack,
	KeptLaunch,
	Launch,
	Place,
	RegisteredServer,
	RegisterRequest,
	Registration,
	RegistrationStore,
} from "./registration.ts";
import { baseOf, createRemoteConnection } from "./remote.ts";
import { createReplica } from "./replica.ts";
import { createStdioConnection, stdioUrl } from "./stdio.ts";

/** How often a registered server is asked for its tools again, in milliseconds. */
const relistMs = 60_000;
const defaultRetryMs = 5_000;

/** Servers asked for their tools at once: a thousand at a start must leave time for everything else. */
const listsAtOnce = 8;

/** The type of servers that are plugins. */
export const pluginType = "plugin";

export interface RegistrarDeps {
	servers: Map<string, ServerEntry>;
	registrations: RegistrationStore;
	/** Environment of programs that are registered by their command. */
	childEnv: Readonly<Record<string, string>>;
	/** Sign-ins at servers that demand them. */
	accounts: Accounts;
	/** What registered programs get of their own. */
	environments: Environments;
	clock: Clock;
	log: Logger;
	/** How soon one that could not be reached is asked again, in milliseconds; 5,000 by default. */
	retryMs?: number;
	changed(): void;
	/** What is to be called when this server's state may have changed. */
	changedOf(entry: ServerEntry): () => void;
}

interface Registered {
	entry: ServerEntry;
	type: string;
	addedBy: string;
	pins: Record<string, string>;
	/** Names whose definition is not the approved one. */
	held: string[];
	/** As last listed. */
	listed: ListedTool[];
	/** How replicas that are programs are started, by url, as it is written down. */
	launches: Map<string, KeptLaunch>;
	/** The sign-ins at its addresses. */
	accounts: Account[];
	cancelRelist?: () => void;
}

/** Throws `forbidden` for what the person may not register, `bad_request` for what is no address. */
async function placeOf(request: RegisterRequest, by: Principal): Promise<Place> {
	if ("url" in request) {
		await checkAddress(request.url, by);
		return { url: baseOf(request.url) };
	}
	if ((by.base ?? by.role) !== "administrator") {
		throw new AiosError("forbidden", "Only an administrator may register a program.");
	}
	const { command, args = [], env = {} } = request;
	const launch = { command, args, env };
	return { url: stdioUrl(launch), launch };
}

export interface Registrar {
	register(request: RegisterRequest, by: Principal): Promise<RegisteredServer>;
	/** Adds a server that is a program, under a url that names it. Throws `conflict` for a taken name. */
	launch(
		server: Required<Pick<Place, "url" | "launch" | "kept">> & { name: string; type: string },
		by: Principal,
	): Promise<void>;
	/** How a registered server is spoken to; undefined where none of that name is registered. */
	typeOf(name: string): string | undefined;
	unregister(name: string): Promise<void>;
	/** Throws `not_found` where none of that name is registered, `conflict` for a built-in server. */
	check(name: string): void;
	/** Asks a server for its tools now. Throws `not_found`. */
	relist(name: string): Promise<void>;
	heldBack(name: string): HeldBack[];
	approve(name: string): Promise<void>;
	/** Brings back what was registered before; a server that is away is shown so and asked again. */
	restore(launchOf: (row: Registration) => Promise<Launch> | undefined): Promise<void>;
	close(): void;
}

/** Keeps the registered servers: adding, pinning their tools, listing them again, taking them out. */
export function createRegistrar(deps: RegistrarDeps): Registrar {
	const { servers, registrations, childEnv, accounts, environments, clock, log, changed, changedOf } = deps;
	const registered = new Map<string, Registered>();
	const inLane = createLanes(listsAtOnce);
	let closed = false;

	function add(name: string, type: string, addedBy: string, pins: Record<string, string>): Registered {
		const own: Account[] = [];
		const entry: ServerEntry = {
			name,
			title: name,
			type,
			tools: new Map(),
			replicas: [],
			history: [],
			trusted: false,
			requirements: () => [],
			signIn: () => signInOf(own),
		};
		const made = { entry, type, addedBy, pins, held: [], listed: [], launches: new Map(), accounts: own };
		servers.set(name, entry);
		registered.set(name, made);
		return made;
	}

	function addReplica(server: Registered, { url, launch, kept }: Place): void {
		const { entry } = server;
		const { name } = entry;
		const onToolsChanged = () => void relist(server);
		const onChange = changedOf(entry);
		if (launch === undefined) server.accounts.push(accounts.of(name, url, onChange));
		const connect = (at: string) =>
			launch === undefined
				? createRemoteConnection({ url: at, account: accounts.of(name, url, onChange), log, onToolsChanged })
				: createStdioConnection({
						name,
						launch,
						environment: async () => (kept?.variables?.length ? environments.of(name, url) : launch.env),
						childEnv,
						clock,
						log,
						onToolsChanged,
					});
		if (kept !== undefined) server.launches.set(url, kept);
		entry.replicas.push(
			createReplica({ id: `${entry.name}#${entry.replicas.length + 1}`, clock, at: url, connect, onChange }),
		);
	}

	/** Lists the tools at the first replica that answers, and again after a while. Rejects when none answers. */
	async function list(server: Registered): Promise<void> {
		server.cancelRelist?.();
		// A plugin that may not run has no replica, and its note says why.
		if (server.entry.replicas.length === 0) return;
		try {
			server.listed = await Promise.any(
				server.entry.replicas.map(async (replica) => (await replica.connection()?.listTools(undefined)) ?? []),
			);
			take(server);
			await Promise.all(server.accounts.map((account) => account.works()));
		} catch (thrown) {
			const [first] = thrown instanceof AggregateError ? thrown.errors : [thrown];
			server.entry.note = AiosError.from(first).message;
			throw AiosError.from(first);
		} finally {
			if (!closed && registered.get(server.entry.name) === server) {
				const away = server.listed.length === 0 && signInOf(server.accounts)?.state !== "needed";
				const wait = away ? (deps.retryMs ?? defaultRetryMs) : relistMs;
				server.cancelRelist = clock.after(wait, () => void relist(server));
			}
			changed();
		}
	}

	async function relist(server: Registered): Promise<void> {
		const ask = async () => {
			if (!closed && registered.get(server.entry.name) === server) await list(server);
		};
		await inLane(ask).catch((error) => log.debug("a server's tools can't be listed", { error: String(error) }));
	}

	/** Takes the approved definitions into the catalogue; a server seen for the first time is taken as it is. */
	function take(server: Registered): void {
		if (Object.keys(server.pins).length === 0) {
			server.pins = pinsOf(server.listed);
			if (server.listed.length > 0) void save(server);
		}
		const { tools, held } = holdChanges(server.entry.name, server.listed, server.pins);
		server.entry.tools = tools;
		server.held = held;
		server.entry.note =
			held.length === 0
				? undefined
				: `Held back until approved, because the definition is new or changed: ${held.join(", ")}.`;
	}

	async function save({ entry, type, addedBy, pins, launches }: Registered): Promise<void> {
		for (const replica of entry.replicas) {
			const url = replica.url();
			if (url === undefined) continue;
			await registrations.save({ name: entry.name, url, type, pins, addedBy, launch: launches.get(url) });
		}
	}

	function known(name: string): Registered {
		const server = registered.get(name);
		if (server !== undefined) return server;
		throw servers.has(name)
			? new AiosError("conflict", `${name} is a built-in server.`)
			: new AiosError("not_found", `No server named ${name} is registered.`);
	}

	function drop(server: Registered): void {
		server.cancelRelist?.();
		servers.delete(server.entry.name);
		registered.delete(server.entry.name);
		for (const replica of server.entry.replicas) void replica.close();
		changed();
	}

	/**
	 * Adds a replica there and takes its tools; a new server that does not answer is not added. A program that is there
	 * already is started anew: its environment may be another.
	 */
	async function admit(name: string, type: string, wanted: Place, by: Principal): Promise<Registered> {
		const place = await environments.seal(name, wanted);
		const existing = registered.get(name);
		const server = existing ?? add(name, type, by.id, {});
		const same = server.entry.replicas.find((replica) => replica.url() === place.url);
		if (same !== undefined && place.launch !== undefined) {
			const before = server.launches.get(place.url);
			if (before && !place.kept?.variables?.length) await environments.forget(name, new Map([[place.url, before]]));
			server.entry.replicas = server.entry.replicas.filter((replica) => replica !== same);
			void same.close();
		}
		if (same === undefined || place.launch !== undefined) addReplica(server, place);
		try {
			await list(server);
		} catch (thrown) {
			// It is there, and waits for somebody to sign in.
			if (thrown instanceof SignInNeeded) return save(server).then(() => server);
			if (existing === undefined) {
				drop(server);
				await forget(server);
			}
			throw new AiosError("upstream_failed", `${name} could not be registered: ${AiosError.from(thrown).message}`, {
				fix: "Start the server, and check the url.",
				cause: thrown,
			});
		}
		await save(server);
		return server;
	}

	/** What is kept as secrets goes with it. */
	async function forget({ entry, launches }: Registered): Promise<void> {
		await Promise.all([accounts.forget(entry.name), environments.forget(entry.name, launches)]);
	}

	return {
		async launch({ name, type, url, launch, kept }, by) {
			if (servers.has(name)) throw new AiosError("conflict", `There is a server named ${name} already.`);
			await admit(name, type, { url, launch, kept }, by);
		},
		typeOf: (name) => registered.get(name)?.type,
		async register(request, by) {
			const { name, type = "mcp" } = request;
			if (!/^[a-z][a-z0-9_-]{0,39}$/i.test(name)) {
				throw new AiosError(
					"bad_request",
					"A server's name is up to 40 letters, digits, - or _, beginning with a letter.",
				);
			}
			if (servers.has(name) && !registered.has(name)) throw new AiosError("conflict", `${name} is a built-in server.`);
			if (type === pluginType) throw new AiosError("bad_request", "A plugin is switched on, not registered.");
			const place = await placeOf(request, by);
			if ("url" in request && request.client !== undefined) await accounts.arrange(name, place.url, request.client);
			const server = await admit(name, type, place, by);
			const url = "url" in request ? request.url : place.url;
			const signIn = signInOf(server.accounts);
			return {
				name,
				url,
				type: server.type,
				status: statusOf(server.entry),
				tools: [...server.entry.tools.keys()],
				...(signIn === undefined ? {} : { sign_in: signIn.state }),
			};
		},
		async unregister(name) {
			const server = known(name);
			await registrations.remove(name);
			drop(server);
			await forget(server);
		},
		check: (name) => void known(name),
		relist: (name) => relist(known(name)),
		heldBack(name) {
			const { held, listed } = known(name);
			return listed
				.filter((tool) => held.includes(tool.name))
				.map((tool) => ({ name: tool.name, description: tool.description ?? "" }));
		},
		async approve(name) {
			const server = known(name);
			server.pins = pinsOf(server.listed);
			await save(server);
			take(server);
			changed();
		},
		async restore(launchOf) {
			for (const row of await listSealed({ registrations, environments, log })) {
				const server = registered.get(row.name) ?? add(row.name, row.type, row.addedBy, row.pins);
				const kept = row.launch ?? undefined;
				const program = kept && { ...kept, env: kept.env ?? {} };
				try {
					addReplica(server, { url: row.url, kept, launch: (await launchOf(row)) ?? program });
				} catch (thrown) {
					server.entry.note = AiosError.from(thrown).message;
				}
			}
			for (const server of registered.values()) void relist(server);
		},
		close() {
			closed = true;
			for (const { cancelRelist } of registered.values()) cancelRelist?.();
		},
	};
}

/** One of its addresses that needs a sign-in makes the server need it. */
function signInOf(accounts: readonly Account[]): ReturnType<NonNullable<ServerEntry["signIn"]>> {
	const needs = accounts.find((account) => account.state() === "needed");
	if (needs !== undefined) return { state: "needed", reason: needs.refusal()?.message };
	return accounts.some((account) => account.state() === "done") ? { state: "done" } : undefined;
}
