import type { Logger } from "../contract/index.ts";

type Fields = Record<string, unknown>;

/** A log whose every line names the turn. One small object a call, where a child logger would cost a microsecond. */
export class TurnLog implements Logger {
	readonly #log: Logger;
	readonly #turn: string;

	constructor(log: Logger, turn: string) {
		this.#log = log;
		this.#turn = turn;
	}

	debug(message: string, fields?: Fields): void {
		this.#log.debug(message, { turn: this.#turn, ...fields });
	}

	info(message: string, fields?: Fields): void {
		this.#log.info(message, { turn: this.#turn, ...fields });
	}

	warn(message: string, fields?: Fields): void {
		this.#log.warn(message, { turn: this.#turn, ...fields });
	}

	error(message: string, fields?: Fields): void {
		this.#log.error(message, { turn: this.#turn, ...fields });
	}

	child(fields: Fields): Logger {
		return this.#log.child({ turn: this.#turn, ...fields });
	}
}
