import { z } from "zod";

// zod compiles schemas with `new Function` where it may; the page's Content-Security-Policy forbids that.
z.config({ jitless: true });
