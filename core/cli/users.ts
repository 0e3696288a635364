import { randomBytes } from "node:crypto";
import type { Command } from "commander";
import { z } from "zod";
import type { CliDeps } from "./deps.ts";
import { readSecrets } from "./secrets.ts";
import { table } from "./table.ts";

const userSchema = z.object({ name: z.string(), role: z.string(), disabled: z.boolean(), created_at: z.string() });
const usersSchema = z.object({ users: z.array(userSchema) });

/** `aios users …`: who may sign in. Passwords are made here or asked for, never taken from the command line, where others see them. */
export function register(program: Command, deps: CliDeps): void {
	const users = program.command("users").description("who may sign in, and as what");
	const change = async (name: string, body: unknown) => {
		const client = await deps.client();
		return client.request("PATCH", `/users/${encodeURIComponent(name)}`, userSchema, body);
	};
	users
		.command("list", { isDefault: true })
		.description("list everyone who may sign in")
		.action(async () => {
			const client = await deps.client();
			const { users: all } = await client.request("GET", "/users", usersSchema);
			const rows = all.map((user) => [user.name, user.role, user.disabled ? "disabled" : "active", user.created_at]);
			deps.print(table([["NAME", "ROLE", "STATE", "SINCE"], ...rows]));
		});
	users
		.command("add")
		.alias("create")
		.description("let someone sign in; the password is printed once")
		.argument("<name>", "lower-case letters, digits, . _ -")
		.option("--role <role>", "administrator, user, guest or a role of your own", "user")
		.action(async (name: string, { role }: { role: string }) => {
			const client = await deps.client();
			const password = newPassword();
			await client.request("POST", "/users", userSchema, { name, role, password });
			deps.print(password);
			deps.note(`${name} signs in with this password as ${role}. It is shown only now.`);
		});
	users
		.command("password")
		.description("give someone a new password; it is printed once")
		.argument("<name>")
		.action(async (name: string) => {
			const password = newPassword();
			await change(name, { password });
			deps.print(password);
			deps.note(`${name} is signed out everywhere and signs in again with this password. It is shown only now.`);
		});
	users
		.command("change-password")
		.description("change your own password: asks for the one you have, then for the new one")
		.argument("<name>")
		.action(async (name: string) => {
			const [current_password = "", password = ""] = await readSecrets(["Password you have", "New password"]);
			const client = await deps.signIn(name, current_password);
			const change = { password, current_password };
			await client.request("PATCH", `/users/${encodeURIComponent(name)}`, userSchema, change);
			await client.end();
			deps.note("The password is changed. You are signed out everywhere and sign in again with it.");
		});
	users
		.command("role")
		.description("change what someone may do")
		.argument("<name>")
		.argument("<role>")
		.action(async (name: string, role: string) => {
			await change(name, { role });
			deps.note(`${name} is ${role} now.`);
		});
	for (const [command, disabled] of [["disable", true] as const, ["enable", false] as const]) {
		users
			.command(command)
			.description(disabled ? "let someone no longer sign in" : "let someone sign in again")
			.argument("<name>")
			.action(async (name: string) => {
				await change(name, { disabled });
				deps.note(`${name} may ${disabled ? "no longer" : "again"} sign in.`);
			});
	}
	users
		.command("remove")
		.description("remove someone with their keys and sign-ins")
		.argument("<name>")
		.action(async (name: string) => {
			const client = await deps.client();
			await client.request("DELETE", `/users/${encodeURIComponent(name)}`, z.unknown());
			deps.note(`${name} is gone.`);
		});
}

/** 120 random bits, in letters that can be read out. */
function newPassword(): string {
	return randomBytes(15).toString("base64url");
}
