import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig, loadEnv } from "vite";

/** What the development server passes on to the running assistant. */
const gatewayRoutes = ["/token", "/tools", "/history", "/command", "/confirmations", "/system", "/health"];

export default defineConfig(({ mode }) => {
	const settings = loadEnv(mode, import.meta.dirname, "AIOS_");
	const gateway = `http://127.0.0.1:${settings.AIOS_PORT ?? "9000"}`;
	return {
		root: import.meta.dirname,
		plugins: [react(), tailwindcss()],
		// The page's Content-Security-Policy allows files of its own origin only: nothing may be inlined.
		build: { assetsInlineLimit: 0, modulePreload: { polyfill: false }, target: "es2022", emptyOutDir: true },
		worker: { format: "es" },
		server: {
			proxy: {
				...Object.fromEntries(gatewayRoutes.map((route) => [route, { target: gateway }])),
				"/socket.io": { target: gateway, ws: true },
			},
		},
	};
});
