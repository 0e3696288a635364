import { useEffect, useRef } from "react";

const ticks = 72;
/** How much of the way to a new level the ring goes in one picture. */
const attack = 0.5;
const decay = 0.12;

/** Loudness as a ring of ticks around the microphone: the newest sound on top, flowing down both sides. */
export function LevelRing({ level, active }: { level(): number; active: boolean }) {
	const canvas = useRef<HTMLCanvasElement>(null);
	const read = useRef(level);
	read.current = level;

	useEffect(() => {
		const element = canvas.current;
		const pen = element?.getContext("2d");
		if (!element || !pen) return;
		const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
		const trail = new Array<number>(ticks / 2 + 1).fill(0);
		let smooth = 0;
		let frame = 0;

		const draw = () => {
			const wanted = active ? read.current() : 0;
			smooth += (wanted - smooth) * (wanted > smooth ? attack : decay);
			if (still) trail.fill(smooth);
			else {
				trail.unshift(smooth);
				trail.pop();
			}
			paint(element, pen, trail);
			if (active || trail.some((value) => value > 0.005)) frame = requestAnimationFrame(draw);
		};
		draw();
		const onChange = () => paint(element, pen, trail);
		const resized = new ResizeObserver(onChange);
		resized.observe(element);
		const dark = matchMedia("(prefers-color-scheme: dark)");
		dark.addEventListener("change", onChange);
		return () => {
			cancelAnimationFrame(frame);
			resized.disconnect();
			dark.removeEventListener("change", onChange);
		};
	}, [active]);

	// biome-ignore lint/a11y/noAriaHiddenOnFocusable: a canvas without tabindex takes no focus
	return <canvas ref={canvas} aria-hidden="true" className="absolute inset-0 size-full" />;
}

function paint(element: HTMLCanvasElement, pen: CanvasRenderingContext2D, trail: readonly number[]): void {
	const side = Math.round(element.clientWidth * devicePixelRatio);
	if (element.width !== side) {
		element.width = side;
		element.height = side;
	}
	pen.clearRect(0, 0, side, side);
	pen.strokeStyle = getComputedStyle(element).color;
	pen.lineWidth = Math.max(1.5, side / 150);
	pen.lineCap = "round";
	const inner = side * 0.365;
	for (let tick = 0; tick < ticks; tick++) {
		const angle = (tick / ticks) * 2 * Math.PI - Math.PI / 2;
		const value = trail[Math.min(tick, ticks - tick)] ?? 0;
		const outer = inner + side * (0.008 + 0.11 * value);
		pen.globalAlpha = 0.28 + 0.72 * Math.min(1, value * 2);
		pen.beginPath();
		pen.moveTo(side / 2 + Math.cos(angle) * inner, side / 2 + Math.sin(angle) * inner);
		pen.lineTo(side / 2 + Math.cos(angle) * outer, side / 2 + Math.sin(angle) * outer);
		pen.stroke();
	}
}
