import { ProtocolError, ProtocolErrorCode } from "@modelcontextprotocol/server";

/** Rows of one page: enough that a usual list is one, few enough that a huge one does not choke a client. */
const pageRows = 500;

/** One page of a listing, and the cursor of the next where there is one. Throws invalid params for a made-up cursor. */
export function paginate<T>(
	all: readonly T[],
	cursor: string | undefined,
): { rows: T[]; nextCursor?: { nextCursor: string } } {
	const from = cursor === undefined ? 0 : Number(/^row-(\d{1,9})$/.exec(cursor)?.[1] ?? Number.NaN);
	if (Number.isNaN(from) || (from > 0 && from >= all.length)) {
		throw new ProtocolError(ProtocolErrorCode.InvalidParams, "Unknown cursor.");
	}
	const rows = all.slice(from, from + pageRows);
	const next = from + pageRows;
	return { rows, ...(next < all.length ? { nextCursor: { nextCursor: `row-${next}` } } : {}) };
}
