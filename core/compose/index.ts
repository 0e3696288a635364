export { live, type Running } from "./life.ts";
export { folderAccess, serverFolder, serverProcesses } from "./processes.ts";
