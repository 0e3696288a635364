export { createServerApp, type ServerApp, type ServerAppDeps } from "./app.ts";
export { describeServer, describeTool, toJsonSchema } from "./describe.ts";
export { mountDocs } from "./docs.ts";
export { type GuardOptions, guard, loopbackHosts, readJson } from "./guard.ts";
export { createLocalServer, type LocalServer, type LocalServerDeps } from "./local.ts";
export type { McpEndpoint, McpEndpointDeps } from "./mcp-endpoint.ts";
export type { McpExtension, McpSubject } from "./mcp-subject.ts";
export { metaKeys, sessionOf, toMcpError, toMcpResult, toMcpTool } from "./mcp-tools.ts";
export { openApiDocument, securitySchemes, toolPaths } from "./openapi.ts";
export { permit } from "./permit.ts";
export { type Problem, problemResponse, rpcError, toProblem } from "./problem.ts";
export { outputLimit, runTool, type ToolResult, type ToolRun } from "./run.ts";

/** The MCP library and what is built on it. */
export const loadMcp = () => import("./mcp.ts");
