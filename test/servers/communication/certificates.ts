import { mkdir } from "node:fs/promises";
import { join } from "node:path";

/** A certificate authority of the test's own, and a certificate of it for this machine. Paths of PEM files. */
export interface Certificates {
	authority: string;
	certificate: string;
	key: string;
}

/** Makes them below `folder`; `name` is whom the certificate is for. */
export async function makeCertificates(folder: string, name = "localhost"): Promise<Certificates> {
	await mkdir(folder, { recursive: true });
	const at = (file: string) => join(folder, file);
	const openssl = (...args: string[]) => {
		const { exitCode, stderr } = Bun.spawnSync(["openssl", ...args], { stderr: "pipe", stdout: "ignore" });
		if (exitCode !== 0) throw new Error(`openssl: ${stderr.toString()}`);
	};
	const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
	openssl(
		"req",
		"-x509",
		...curve,
		"-keyout",
		at("ca.key"),
		"-out",
		at("ca.pem"),
		"-days",
		"2",
		"-subj",
		"/CN=Test CA",
	);
	openssl("req", ...curve, "-keyout", at("server.key"), "-out", at("server.csr"), "-subj", `/CN=${name}`);
	await Bun.write(at("ext"), `subjectAltName=DNS:${name}\n`);
	openssl(
		...["x509", "-req", "-in", at("server.csr"), "-CA", at("ca.pem"), "-CAkey", at("ca.key"), "-CAcreateserial"],
		...["-out", at("server.pem"), "-days", "2", "-extfile", at("ext")],
	);
	return { authority: at("ca.pem"), certificate: at("server.pem"), key: at("server.key") };
}
