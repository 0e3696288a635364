/** Puts a file or folder into the desktop's trash. */
export type Trash = (path: string) => Promise<void>;

/** The trash as this platform's desktop has it, by the trash library, loaded at the first use. */
export const moveToTrash: Trash = async (path) => {
	const { default: trash } = await import("trash");
	await trash(path, { glob: false });
};
