import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { listRepositories } from "../../../servers/github/tools/repositories.ts";
import { githubSignIn, githubSignOut } from "../../../servers/github/tools/sign-in.ts";
import { emulatorToken, startGithub } from "./harness.ts";

test("a person signs in by a code, the token is kept encrypted, and another person does not have it", async () => {
	const github = await startGithub({ token: undefined, clientId: "Iv1.0123456789abcdef" });
	let entered = false;
	const json = (body: object) =>
		new Response(JSON.stringify(body), { headers: { "content-type": "application/json" } });
	github.answers.push((_, path) => {
		if (path === "/login/device/code") {
			return json({
				device_code: "d",
				user_code: "WXYZ-1234",
				verification_uri: "https://github.com/login/device",
				expires_in: 900,
				interval: 1,
			});
		}
		if (path !== "/login/oauth/access_token") return undefined;
		return json(
			entered
				? { access_token: emulatorToken, token_type: "bearer", scope: "repo" }
				: { error: "authorization_pending" },
		);
	});
	const { say } = await github.call(githubSignIn, {});
	expect(say).toBe("Open github.com/login/device and enter the code W X Y Z - 1 2 3 4.");
	await expect(github.call(listRepositories, {})).rejects.toMatchObject({ code: "unauthenticated" });
	entered = true;
	await vi.waitFor(
		async () => expect((await github.call(githubSignIn, {})).say).toBe("You are signed in to GitHub as admin."),
		{ timeout: 15_000, interval: 500 },
	);
	await expect(github.call(listRepositories, {}, { user: "u2" })).rejects.toMatchObject({ code: "unauthenticated" });
	const folder = join(github.home, "aios-data");
	for (const name of await readdir(folder))
		expect(await readFile(join(folder, name), "latin1")).not.toContain(emulatorToken);
	await github.call(githubSignOut, {});
	await expect(github.call(listRepositories, {})).rejects.toMatchObject({ code: "unauthenticated" });
	await github.stop();
}, 40_000);

test("without an app to sign in with, the error says what to set", async () => {
	const github = await startGithub({ token: undefined });
	await expect(github.call(githubSignIn, {})).rejects.toMatchObject({
		code: "missing_part",
		fix: expect.stringContaining("clientId"),
	});
	await github.stop();
});
