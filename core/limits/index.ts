export { createShare } from "./share.ts";
export { canLimit, type Limits, watchLimits } from "./watch.ts";
