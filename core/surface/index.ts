export { createServerApp, type ServerApp, type ServerAppDeps } from "./app.ts";
export { describeServer, describeTool } from "./describe.ts";
export { mountDocs } from "./docs.ts";
export { createGuard, guard, loopbackHosts, readBytes, readFields, readJson } from "./guard.ts";
export { createLocalServer, type LocalServer } from "./local.ts";
export type { McpEndpoint } from "./mcp-endpoint.ts";
export { answerLean } from "./mcp-lean.ts";
export type { McpExtension } from "./mcp-subject.ts";
export { sessionOf, toMcpError, toMcpResult, toMcpTool } from "./mcp-tools.ts";
export { securitySchemes, toolPaths } from "./openapi.ts";
export { methodsOf, plainPath, unrouted } from "./paths.ts";
export { permit } from "./permit.ts";
export { problemResponse, rpcError, warningHeaders } from "./problem.ts";
export { runTool, type ToolResult } from "./run.ts";

/** The MCP library and what is built on it. */
export const loadMcp = () => import("./mcp.ts");
