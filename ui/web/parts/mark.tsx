/** The product's sign: a voice in a circle. */
export function Mark({ className = "" }: { className?: string }) {
	return (
		<svg viewBox="0 0 32 32" className={className} aria-hidden="true">
			<circle cx="16" cy="16" r="16" className="fill-accent" />
			<g className="stroke-accent-ink" strokeWidth="2.6" strokeLinecap="round">
				<path d="M9 14v4M13 10.500v11M17 8v16M21 12v8M25 14.500v3" />
			</g>
		</svg>
	);
}
