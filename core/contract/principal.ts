/** Who a call is made for. Permissions are `SERVER:TOOL:EFFECT` patterns in which each part may be `*`. */
export interface Principal {
	id: string;
	name: string;
	role: string;
	permissions: readonly string[];
	/** How they signed in; what comes from `internal` is the assistant's own work (a due reminder). */
	via: "token" | "key" | "internal";
}

/** The roles every installation has; further ones are data. */
export type BuiltInRole = "administrator" | "user" | "guest";
