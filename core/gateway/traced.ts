import type { MiddlewareHandler } from "hono";
import { matchedRoutes } from "hono/route";
import type { Span, Tracer } from "../contract/index.ts";

/**
 * Answers requests that act (POST) as spans by the conventions for HTTP servers, which continue the caller's trace. MCP
 * has spans of its own.
 */
export function tracedRequests(tracer: Tracer): MiddlewareHandler {
	return async (c, next) => {
		if (c.req.method !== "POST" || c.req.path === "/mcp" || c.req.path.startsWith("/mcp/")) return next();
		const found = matchedRoutes(c).find(({ method }) => method === "POST")?.path;
		// The route of the main server's own tools takes whatever no other does.
		const route = found === undefined || found === "/*" ? "/:tool" : found;
		const span = tracer.start(`POST ${route}`, {
			parent: c.req.header("traceparent"),
			state: c.req.header("tracestate"),
			kind: "server",
			attributes: {
				"http.request.method": "POST",
				"http.route": route,
				"url.scheme": new URL(c.req.url).protocol.slice(0, -1),
			},
		});
		await tracer.within(span, next);
		span.set({
			"http.response.status_code": c.res.status,
			"error.type": c.res.status >= 500 ? String(c.res.status) : undefined,
		});
		span.end();
	};
}

/** The span of a `tools/call` that came from an MCP client, continuing the trace its `_meta` or its headers name. */
export function mcpSpan(tracer: Tracer, request: Request, call: McpCall): Span {
	const { name, _meta } = call.params;
	const inBody = _meta?.traceparent;
	const from = (header: string, said: unknown) =>
		typeof inBody === "string"
			? typeof said === "string"
				? said
				: undefined
			: (request.headers.get(header) ?? undefined);
	return tracer.start(`tools/call ${name}`, {
		parent: from("traceparent", inBody),
		state: from("tracestate", _meta?.tracestate),
		kind: "server",
		attributes: {
			"mcp.method.name": "tools/call",
			"mcp.protocol.version": request.headers.get("mcp-protocol-version") ?? undefined,
			"gen_ai.operation.name": "execute_tool",
			"gen_ai.tool.name": name,
			"network.transport": "tcp",
			"network.protocol.name": "http",
		},
	});
}

interface McpCall {
	params: { name: string; _meta?: Record<string, unknown> };
}

/** The same call as a part of `span`, for the server it is passed on to. */
export function asPartOf<C extends McpCall>(span: Span, call: C): C {
	return { ...call, params: { ...call.params, _meta: { ...call.params._meta, traceparent: span.traceparent } } };
}

/** Ends the span with the answer: an event stream's when it has been sent whole or the client has left. */
export function endWith(span: Span, response: Response): Response {
	const streamed = response.headers.get("content-type")?.startsWith("text/event-stream") ?? false;
	if (!streamed || response.body === null) {
		span.end();
		return response;
	}
	const reader = response.body.getReader();
	const body = new ReadableStream<Uint8Array>({
		async pull(controller) {
			const { done, value } = await reader.read();
			if (!done) return controller.enqueue(value);
			span.end();
			controller.close();
		},
		cancel(reason) {
			span.end();
			return reader.cancel(reason);
		},
	});
	return new Response(body, { status: response.status, headers: response.headers });
}
