import { type ReactNode, useEffect, useId, useRef } from "react";

/** A modal window by the browser's own dialog: focus stays inside, Escape closes it, the page behind is inert. */
export function Dialog({ title, onClose, children }: { title: string; onClose(): void; children: ReactNode }) {
	const dialog = useRef<HTMLDialogElement>(null);
	const titleId = useId();

	useEffect(() => {
		const element = dialog.current;
		element?.showModal();
		return () => element?.close();
	}, []);

	return (
		<dialog
			ref={dialog}
			aria-labelledby={titleId}
			// React in development mounts everything twice: a dialog that is open again was not closed by the person.
			onClose={() => dialog.current?.open !== true && onClose()}
			onClick={(event) => event.target === dialog.current && onClose()}
			onKeyDown={(event) => event.stopPropagation()}
			className="m-auto max-h-[min(44rem,calc(100dvh-2rem))] w-[min(40rem,calc(100vw-2rem))] overflow-hidden rounded-2xl border border-line bg-surface text-ink shadow-card"
		>
			<div className="flex max-h-[inherit] flex-col">
				<header className="flex items-center justify-between gap-4 border-line border-b px-6 py-3">
					<h2 id={titleId} className="font-semibold text-lg tracking-tight">
						{title}
					</h2>
					<button type="button" className="button-quiet -mr-3" onClick={onClose}>
						Close
					</button>
				</header>
				<div className="overflow-y-auto px-6 py-5">{children}</div>
			</div>
		</dialog>
	);
}
