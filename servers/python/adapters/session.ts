import { AiosError, type Attachment, type Clock } from "../../../core/contract/index.ts";
import { createMarkReader, Output } from "../../../core/streams/index.ts";
import { type KernelDone, type KernelMessage, type KernelProcess, startKernel } from "./process.ts";

/** A cell that was given to a session. */
export interface Execution {
	id: string;
	code: string;
	status: "running" | "done" | "failed" | "interrupted" | "timeout" | "crashed";
	stdout: Output;
	stderr: Output;
	displays: Attachment[];
	outcome?: KernelDone;
	/** What happened to the session, where it was lost. */
	note?: string;
	/** Why its session was ended for using more of the machine than it may, as a sentence. */
	over?: string;
	/** Settles when the cell has ended, however it did. */
	ended: Promise<void>;
	interrupt(): void;
}

export interface SessionDeps {
	/** The command line of a kernel for this session, confined. */
	command(): string[];
	env: Record<string, string>;
	/** Holds a kernel's process to the session's limits until the returned function is called. */
	watch(pid: number | undefined, onOver: (why: string) => void): () => void;
	clock: Clock;
	id(): string;
}

/** Images of one cell that are kept, and their size together in base64 characters: what one result may carry. */
const maxDisplays = 20;
const maxDisplayed = 20_000_000;

/** How long a cell may go on after it was interrupted before its session is killed: C code does not look. */
const graceMs = 2_000;

/** One Python with its variables. Cells run one at a time; a crash or a kill loses the variables, never the session. */
export class Session {
	readonly #deps: SessionDeps;
	#kernel: KernelProcess | undefined;
	#current: { execution: Execution; settle: (done?: KernelDone) => void } | undefined;
	#stdout = createMarkReader((text) => this.#current?.execution.stdout.append(text));
	#stderr = createMarkReader((text) => this.#current?.execution.stderr.append(text));
	executions: Execution[] = [];
	lastUsed: Date;
	cells = 0;
	/** Why variables were lost since the last cell, as a sentence. */
	lost: string | undefined;

	constructor(deps: SessionDeps) {
		this.#deps = deps;
		this.lastUsed = deps.clock.now();
	}

	get busy(): boolean {
		return this.#current !== undefined;
	}

	/** Runs a cell for at most `timeoutMs`. Throws `busy` while another runs. */
	execute(code: string, timeoutMs: number): Execution {
		if (this.#current !== undefined) {
			throw new AiosError("busy", "This session is still running something.", {
				fix: "Wait for it, reset the session, or use another session name.",
			});
		}
		this.lastUsed = this.#deps.clock.now();
		const kernel = this.#kernel ?? this.#start();
		const mark = `\u0000${this.#deps.id()}\u0000`;
		let settled: (done?: KernelDone) => void = () => {};
		const done = new Promise<KernelDone | undefined>((resolve) => {
			settled = resolve;
		});
		const execution: Execution = {
			id: this.#deps.id(),
			code,
			status: "running",
			stdout: new Output(),
			stderr: new Output(),
			displays: [],
			ended: Promise.resolve(),
			interrupt: () => this.#stop(execution, "interrupted"),
		};
		this.#current = { execution, settle: settled };
		const flushed = Promise.all([this.#stdout.expect(mark), this.#stderr.expect(mark)]);
		const cancelDeadline = this.#deps.clock.after(timeoutMs, () => this.#stop(execution, "timeout"));
		execution.ended = this.#finish(execution, done, flushed).finally(cancelDeadline);
		this.executions = [...this.executions.slice(-19), execution];
		this.cells++;
		kernel.send({ id: execution.id, code, mark });
		return execution;
	}

	/** Ends the process; the next cell starts a new one. */
	async close(): Promise<void> {
		const kernel = this.#kernel;
		kernel?.kill();
		await kernel?.exited;
	}

	async #finish(execution: Execution, done: Promise<KernelDone | undefined>, flushed: Promise<unknown>): Promise<void> {
		const outcome = await done;
		if (outcome === undefined) {
			if (execution.status === "running" || execution.over !== undefined) execution.status = "crashed";
		} else {
			await flushed;
			execution.outcome = outcome;
			if (execution.status === "running") execution.status = outcome.ok ? "done" : "failed";
		}
		this.#current = undefined;
		this.lastUsed = this.#deps.clock.now();
	}

	#stop(execution: Execution, status: "interrupted" | "timeout"): void {
		if (this.#current?.execution !== execution) return;
		execution.status = status;
		this.#kernel?.send({ interrupt: true });
		this.#deps.clock.after(graceMs, () => {
			if (this.#current?.execution !== execution) return;
			execution.note = "It did not stop when asked, so the session was ended and its variables are gone.";
			this.#kernel?.kill();
		});
	}

	#start(): KernelProcess {
		this.#stdout = createMarkReader((text) => this.#current?.execution.stdout.append(text));
		this.#stderr = createMarkReader((text) => this.#current?.execution.stderr.append(text));
		const kernel = startKernel(this.#deps.command(), this.#deps.env, {
			message: (message) => this.#receive(message),
			output: (stream, text) => (stream === "stdout" ? this.#stdout : this.#stderr).push(text),
		});
		this.#kernel = kernel;
		let over: string | undefined;
		const unwatch = this.#deps.watch(kernel.pid, (why) => {
			over = why;
		});
		void kernel.exited.then(({ code, signal }) => {
			unwatch();
			if (this.#kernel === kernel) this.#kernel = undefined;
			const current = this.#current;
			this.lost = over ?? current?.execution.note ?? `Python ended unexpectedly (${signal ?? `exit ${code}`}).`;
			if (current === undefined) return;
			if (over !== undefined) current.execution.over = over;
			current.execution.note ??= `${this.lost} Its variables are gone.`;
			current.settle();
		});
		return kernel;
	}

	#show(execution: Execution, picture: Attachment): void {
		const shown = execution.displays.reduce((sum, { data }) => sum + data.length, picture.data.length);
		if (execution.displays.length < maxDisplays && shown <= maxDisplayed) execution.displays.push(picture);
		else execution.note ??= "Not every picture is kept: there were too many, or too large ones.";
	}

	#receive(message: KernelMessage): void {
		const current = this.#current;
		if (current === undefined || "ready" in message || message.id !== current.execution.id) return;
		if ("done" in message) current.settle(message);
		else this.#show(current.execution, message.display);
	}
}
