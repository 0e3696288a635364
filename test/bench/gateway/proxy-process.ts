/** The least a proxy can be: every request is sent on to the port given as argument, and its answer is sent back. */
const [target = ""] = process.argv.slice(2);
const server = Bun.serve({
	hostname: "127.0.0.1",
	port: 0,
	fetch(request) {
		const { pathname } = new URL(request.url);
		const { method, headers, body } = request;
		return fetch(`http://127.0.0.1:${target}${pathname}`, { method, headers, body });
	},
});
console.log(JSON.stringify({ port: server.port }));
