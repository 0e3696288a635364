/** A two-way line of structured-cloneable messages to another process. Order is kept; `onClose` fires once. */
export interface Channel {
	post(message: unknown): void;
	onMessage(listener: (message: unknown) => void): void;
	onClose(listener: () => void): void;
}
