import { useEffect, useState } from "react";
import type { SystemStatus } from "../../../core/contract/index.ts";
import type { Account } from "../account/index.ts";
import { Dialog } from "../parts/dialog.tsx";
import { type Store, useStore } from "../parts/store.ts";
import { Applications } from "./applications.tsx";
import { Password } from "./password.tsx";
import type { Settings } from "./settings.ts";

interface SettingsPanelProps {
	settings: Store<Settings, Partial<Settings>>;
	voice: SystemStatus["voice"] | undefined;
	account: Account;
	onClose(): void;
}

/** What belongs to this browser: microphone, loudness, sign-in; what the assistant hears and speaks with; who was let in. */
export function SettingsPanel({ settings, voice, account, onClose }: SettingsPanelProps) {
	const { volume, deviceId } = useStore(settings);
	const devices = useMicrophones();

	return (
		<Dialog title="Settings" onClose={onClose}>
			<label className="block font-medium text-sm">
				Microphone
				<select
					className="field mt-1.5"
					value={deviceId ?? ""}
					onChange={(event) => settings.dispatch({ deviceId: event.target.value || undefined })}
				>
					<option value="">The system's choice</option>
					{devices.map((device) => (
						<option key={device.deviceId} value={device.deviceId}>
							{device.label}
						</option>
					))}
				</select>
			</label>
			<label className="mt-5 block font-medium text-sm">
				Loudness of answers
				<input
					type="range"
					min={0}
					max={1}
					step={0.05}
					value={volume}
					aria-valuetext={volume === 0 ? "silent" : `${Math.round(volume * 100)} percent`}
					onChange={(event) => settings.dispatch({ volume: event.target.valueAsNumber })}
					className="mt-2 block w-full accent-accent"
				/>
			</label>
			{voice === undefined ? null : (
				<dl className="mt-6 grid grid-cols-[auto_1fr] gap-x-6 gap-y-1.5 border-line border-t pt-5 text-sm">
					<dt className="text-soft">Hears with</dt>
					<dd>{voice.stt}</dd>
					<dt className="text-soft">Speaks with</dt>
					<dd>{voice.tts}</dd>
					{voice.wake_phrase === undefined ? null : (
						<>
							<dt className="text-soft">Wakes at</dt>
							<dd>{voice.wake_phrase === "" ? "everything said" : `“${voice.wake_phrase}”`}</dd>
						</>
					)}
				</dl>
			)}
			<Applications account={account} />
			<Password account={account} />
			<button type="button" className="button-plain mt-6" onClick={account.signOut}>
				Sign out
			</button>
		</Dialog>
	);
}

/** The microphones the browser names; it names none before one was allowed. */
function useMicrophones(): MediaDeviceInfo[] {
	const [devices, setDevices] = useState<MediaDeviceInfo[]>([]);
	useEffect(() => {
		const media = navigator.mediaDevices;
		if (media === undefined) return;
		const read = async () => {
			const all = await media.enumerateDevices();
			setDevices(all.filter((device) => device.kind === "audioinput" && device.deviceId !== "" && device.label !== ""));
		};
		void read();
		media.addEventListener("devicechange", read);
		return () => media.removeEventListener("devicechange", read);
	}, []);
	return devices;
}
