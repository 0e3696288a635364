import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { dataDirOf, forgetSecrets, loadConfig, settingsFile } from "../../core/config/index.ts";

const folder = () => mkdtempSync(join(tmpdir(), "aios-config-"));
const withFile = (content: unknown) => {
	const dataDir = folder();
	writeFileSync(join(dataDir, settingsFile), typeof content === "string" ? content : JSON.stringify(content));
	return dataDir;
};

test("without any settings the defaults of the interface hold", async () => {
	const AIOS_DATA_DIR = folder();
	expect(await loadConfig({ env: { AIOS_DATA_DIR } })).toMatchObject({
		dataDir: AIOS_DATA_DIR,
		host: "127.0.0.1",
		port: 9000,
		serverPorts: 8000,
		sttModel: "auto",
		offline: false,
		modelsDir: [],
	});
});

test("secrets among the settings are in the environment no longer once they were read, everything else is", () => {
	const env = {
		AIOS_ADMIN_PASSWORD: "hush",
		AIOS_LLM_KEY: "hush",
		AIOS_TRACES_HEADERS: "hush",
		AIOS_PORT: "1",
		PATH: "/",
	};
	forgetSecrets(env);
	expect(env).toEqual({ AIOS_PORT: "1", PATH: "/" });
});

test("a flag wins over the environment, which wins over the file", async () => {
	const AIOS_DATA_DIR = withFile({ port: 1, host: "0.0.0.0", sttModel: "file" });
	const config = await loadConfig({
		env: { AIOS_DATA_DIR, AIOS_PORT: "2", AIOS_STT_MODEL: "moonshine-base" },
		flags: { port: 3, offline: undefined },
	});
	expect(config).toMatchObject({ port: 3, host: "0.0.0.0", sttModel: "moonshine-base", offline: false });
});

test("the models folder is a path list", async () => {
	const config = await loadConfig({
		env: { AIOS_DATA_DIR: folder(), AIOS_MODELS_DIR: `/a${delimiter}/b b`, AIOS_OFFLINE: "true" },
	});
	expect(config).toMatchObject({ modelsDir: ["/a", "/b b"], offline: true });
});

test.each([
	["AIOS_PORT", "70000", /port = 70000 \(AIOS_PORT\).*65535/s],
	["AIOS_PORT", "ninety", /port = "ninety" \(AIOS_PORT\).*number/s],
	["AIOS_PORT", "80.5", /port = 80.5 \(AIOS_PORT\).*int/s],
	["AIOS_OFFLINE", "maybe", /offline = "maybe" \(AIOS_OFFLINE\).*boolean/s],
	["AIOS_LLM_URL", "not a url", /llmUrl = "not a url" \(AIOS_LLM_URL\).*URL/s],
	["AIOS_PROT", "9000", /AIOS_PROT: no such setting; did you mean AIOS_PORT\?/],
])("a bad value %s=%s stops the start and says what was expected", async (variable, value, message) => {
	await expect(loadConfig({ env: { AIOS_DATA_DIR: folder(), [variable]: value } })).rejects.toThrow(message);
});

test("every mistake in the file is named at once, with the file", async () => {
	const AIOS_DATA_DIR = withFile({ prot: 1, voice: { ttsSpeed: 9 }, servers: { nowhere: {} } });
	const failure = loadConfig({ env: { AIOS_DATA_DIR } });
	await expect(failure).rejects.toThrow(/prot = 1 \(.*aios\.config\.json\): no such setting/);
	await expect(failure).rejects.toThrow(/voice\.ttsSpeed = 9/);
	await expect(failure).rejects.toThrow(/servers\.nowhere/);
});

test("a file that is not JSON is named", async () => {
	const AIOS_DATA_DIR = withFile("{ port: ");
	await expect(loadConfig({ env: { AIOS_DATA_DIR } })).rejects.toThrow(/aios\.config\.json is not valid JSON/);
});

test("a secret with a bad value is not shown", async () => {
	const failure = loadConfig({ env: { AIOS_DATA_DIR: folder(), AIOS_ADMIN_PASSWORD: "hunter2" } });
	await expect(failure).rejects.toThrow(/adminPassword = \(hidden\)/);
	await expect(failure).rejects.not.toThrow(/hunter2/);
});

test("a server's own section is checked against its definition, and may come from the environment", async () => {
	const mail = z.object({ host: z.string().default("localhost"), retries: z.number().int().default(3) });
	let imported = 0;
	const sections = {
		communication: async () => mail,
		python: async () => {
			imported++;
			return undefined;
		},
	};
	const good = withFile({ servers: { communication: { host: "mail.example.org" } } });
	const env = { AIOS_DATA_DIR: good, AIOS_SERVERS_COMMUNICATION_RETRIES: "7" };
	expect((await loadConfig({ env, sections })).servers).toEqual({
		communication: { host: "mail.example.org", retries: 7 },
	});
	expect(imported).toBe(0);
	const bad = withFile({ servers: { communication: { hots: "x" } } });
	await expect(loadConfig({ env: { AIOS_DATA_DIR: bad }, sections })).rejects.toThrow(/servers\.communication\.hots/);
});

test.each([
	["linux", { XDG_DATA_HOME: "/x" }, /^\/x\/aios$/],
	["linux", { XDG_DATA_HOME: "relative" }, /\.local\/share\/aios$/],
	["darwin", {}, /Library\/Application Support\/AIOS$/],
	["win32", { LOCALAPPDATA: "C:\\Users\\a\\AppData\\Local" }, /AppData\\Local.AIOS$/],
] as const)("data is kept where %s keeps a user's data", (platform, env, expected) => {
	expect(dataDirOf(env, platform)).toMatch(expected);
});

test("OpenTelemetry's own variables set where traces go, and a variable of ours wins over them", async () => {
	const traces = async (env: Record<string, string>) =>
		(await loadConfig({ env: { AIOS_DATA_DIR: folder(), ...env } })).traces;
	expect((await traces({ OTEL_SERVICE_NAME: "x", OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" })).endpoint).toBeUndefined();
	const shared = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318/", OTEL_EXPORTER_OTLP_HEADERS: "a=b" };
	expect(await traces(shared)).toMatchObject({
		endpoint: "http://127.0.0.1:4318/v1/traces",
		headers: "a=b",
		protocol: "http/protobuf",
		sample: 1,
		content: false,
	});
	expect(
		await traces({
			...shared,
			OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "https://collector.example/own",
			OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: "500",
			OTEL_TRACES_SAMPLER: "parentbased_traceidratio",
			OTEL_TRACES_SAMPLER_ARG: "0.25",
			AIOS_TRACES_HEADERS: "c=d",
		}),
	).toMatchObject({ endpoint: "https://collector.example/own", headers: "c=d", timeoutMs: 500, sample: 0.25 });
	expect((await traces({ ...shared, OTEL_SDK_DISABLED: "true" })).endpoint).toBeUndefined();
	expect((await traces({ ...shared, OTEL_TRACES_EXPORTER: "none" })).endpoint).toBeUndefined();
	await expect(traces({ ...shared, OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" })).rejects.toThrow(
		/traces\.protocol = "grpc" \(OTEL_EXPORTER_OTLP_PROTOCOL\).*http\/protobuf/s,
	);
	await expect(traces({ AIOS_TRACES_ENDPOINT: "ftp://x" })).rejects.toThrow(/AIOS_TRACES_ENDPOINT\): expected an http/);
});
