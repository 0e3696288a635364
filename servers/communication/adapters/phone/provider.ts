export interface Placed {
	provider: string;
	/** `handed over`: the desktop's program has it, and the person finishes there. Otherwise the provider's own word. */
	status: string;
	/** The provider's number for it. */
	id?: string;
}

/** One way to call and to write to phones. */
export interface PhoneProvider {
	/** Rings so that the person talks to `number`. */
	call(number: string, signal: AbortSignal): Promise<Placed>;
	sms(number: string, text: string, signal: AbortSignal): Promise<Placed>;
}
