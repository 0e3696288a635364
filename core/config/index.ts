export { dataDirOf } from "./data-dir.ts";
export { childEnvironment } from "./environment-of-children.ts";
export { forgetSecrets } from "./forget-secrets.ts";
export { loadConfig, settingsFile } from "./load.ts";
export { tellAddress, toldAddress } from "./running.ts";
export type { Config } from "./schema.ts";
