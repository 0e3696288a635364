import { AiosError } from "../../../core/contract/index.ts";
import { soundsLike } from "../../../core/text/index.ts";

/** A place with a clock of its own. */
export interface Place {
	/** As said back: "Tokyo", "Japan". */
	name: string;
	/** IANA time zone. */
	zone: string;
}

/** What people call zones and countries that the table of cities names differently. */
const aliases: Record<string, string> = {
	utc: "UTC",
	gmt: "Etc/GMT",
	eastern: "America/New_York",
	est: "America/New_York",
	central: "America/Chicago",
	cst: "America/Chicago",
	mountain: "America/Denver",
	mst: "America/Denver",
	pacific: "America/Los_Angeles",
	pst: "America/Los_Angeles",
	usa: "America/New_York",
	us: "America/New_York",
	"united states": "America/New_York",
	"east coast": "America/New_York",
	"west coast": "America/Los_Angeles",
	uk: "Europe/London",
	england: "Europe/London",
	scotland: "Europe/London",
	wales: "Europe/London",
	britain: "Europe/London",
	korea: "Asia/Seoul",
	uae: "Asia/Dubai",
	"washington dc": "America/New_York",
	nyc: "America/New_York",
};

/** How alike a heard name must sound to a place's: "tokio" and "Tokyo" are 0.97. */
const leastAlike = 0.88;

/**
 * Finds a city, state, country, zone or a usual name of one ("eastern time"), by sound where it is misspelt. The larger
 * city wins among those of one name. Throws `not_found`.
 */
export async function findPlace(said: string): Promise<Place> {
	const heard = said
		.toLowerCase()
		.replace(/\b(?:the|city|state|time|zone|standard|daylight|right|now)\b/g, " ")
		.replace(/[^\p{L}\p{N}/_ ]+/gu, "")
		.replace(/\s+/g, " ")
		.trim();
	const alias = Object.hasOwn(aliases, heard) ? aliases[heard] : zoneNamed(said.trim());
	if (alias !== undefined) return { name: said.trim(), zone: alias };
	const { cityMapping } = await import("city-timezones");
	let best: { name: string; zone: string; rank: number } | undefined;
	const offer = (name: string, zone: string, rank: number) => {
		if (best === undefined || rank > best.rank) best = { name, zone, rank };
	};
	for (const city of cityMapping) {
		// Population decides among cities of one name, and which city's clock stands for a state or country.
		const size = Math.min(city.pop, 1e8) / 1e9;
		const name = city.city_ascii.toLowerCase();
		const country = city.country.toLowerCase();
		const province = (city.province ?? "").toLowerCase();
		if (name === heard) offer(city.city, city.timezone, 4 + size);
		else if (country === heard) offer(city.country, city.timezone, 5 + size);
		else if (heard.startsWith(name) && (heard === `${name} ${country}` || heard === `${name} ${province}`)) {
			offer(city.city, city.timezone, 6 + size);
		} else if (province === heard) offer(city.province, city.timezone, 3 + size);
	}
	if (best === undefined && heard.length > 3) {
		for (const city of cityMapping) {
			const size = Math.min(city.pop, 1e8) / 1e9;
			for (const name of city.pop > 100_000 ? [city.city_ascii, city.country] : []) {
				const alike = soundsLike(heard, name);
				if (alike >= leastAlike) offer(name, city.timezone, alike + size);
			}
		}
	}
	if (best === undefined) {
		throw new AiosError("not_found", `I don't know a place called ${said}.`, { fix: "Try a larger city near it." });
	}
	return { name: best.name, zone: best.zone };
}

/** The zone itself where the text is the name of one: "Europe/Berlin". */
function zoneNamed(name: string): string | undefined {
	if (!name.includes("/") && name !== "UTC") return undefined;
	try {
		return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone;
	} catch {
		return undefined;
	}
}
