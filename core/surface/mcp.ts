/** What needs the MCP library: loaded with `loadMcp` and only then, because every server's process would pay for it. */
export { createMcpEndpoint, type McpEndpoint, type McpEndpointDeps } from "./mcp-endpoint.ts";
export { callerOf, mcpServer, principalOf } from "./mcp-server.ts";
