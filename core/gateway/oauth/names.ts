import { z } from "zod";

/** Control characters, line ends and what turns the direction of writing: a name must not look like something else. */
const deceptive = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** The name a program gives itself, as it is kept and shown. */
export const applicationName = z
	.string()
	.max(500)
	.transform((name) => name.replaceAll(deceptive, "").replaceAll(/\s+/g, " ").trim().slice(0, 60))
	.refine((name) => name !== "", "expected a name");
