export { ModelProgress, ServersPanel } from "./panel.tsx";
