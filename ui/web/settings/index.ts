export { SettingsPanel } from "./panel.tsx";
export { createSettings, type Settings } from "./settings.ts";
