import { ensureModel } from "../../models/index.ts";

const [hub, dataDir, model] = process.argv.slice(2);
if (hub === undefined || dataDir === undefined || model === undefined) throw new Error("usage: HUB DATA_DIR MODEL");
console.log((await ensureModel(model, { dirs: [], dataDir, hub, reserveBytes: 0 })).dir);
