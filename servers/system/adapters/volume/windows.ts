import { mustRun } from "../run.ts";
import { noSound, type Volume, type VolumeDeps } from "./volume.ts";

/**
 * Core Audio's IAudioEndpointVolume for PowerShell. The interface's methods must stand in the order of its vtable
 * (endpointvolume.h); those not used are placeholders.
 */
const coreAudio = `
Add-Type -TypeDefinition @'
using System; using System.Runtime.InteropServices;
[Guid("5CDF2C82-841E-4546-9722-0CF74078229A"), InterfaceType(ComInterfaceType.InterfaceIsIUnknown)]
interface IAudioEndpointVolume {
  int a(); int b(); int c(); int d();
  int SetMasterVolumeLevelScalar(float level, Guid context);
  int e();
  int GetMasterVolumeLevelScalar(out float level);
  int f(); int g(); int h(); int i();
  int SetMute([MarshalAs(UnmanagedType.Bool)] bool mute, Guid context);
  int GetMute(out bool mute);
}
[Guid("D666063F-1587-4E43-81F1-B948E807363F"), InterfaceType(ComInterfaceType.InterfaceIsIUnknown)]
interface IMMDevice { int Activate(ref Guid id, int context, int parameters, out IAudioEndpointVolume endpoint); }
[Guid("A95664D2-9614-4F35-A746-DE8DB63617E6"), InterfaceType(ComInterfaceType.InterfaceIsIUnknown)]
interface IMMDeviceEnumerator { int a(); int GetDefaultAudioEndpoint(int flow, int role, out IMMDevice device); }
[ComImport, Guid("BCDE0395-E52F-467C-8E3D-C4579291692E")] class MMDeviceEnumerator {}
public static class Output {
  static IAudioEndpointVolume Endpoint() {
    IMMDevice device; IAudioEndpointVolume endpoint; Guid id = typeof(IAudioEndpointVolume).GUID;
    Marshal.ThrowExceptionForHR((new MMDeviceEnumerator() as IMMDeviceEnumerator).GetDefaultAudioEndpoint(0, 1, out device));
    Marshal.ThrowExceptionForHR(device.Activate(ref id, 23, 0, out endpoint));
    return endpoint;
  }
  public static float Level { get { float v; Endpoint().GetMasterVolumeLevelScalar(out v); return v; }
    set { Marshal.ThrowExceptionForHR(Endpoint().SetMasterVolumeLevelScalar(value, Guid.Empty)); } }
  public static bool Mute { get { bool v; Endpoint().GetMute(out v); return v; }
    set { Marshal.ThrowExceptionForHR(Endpoint().SetMute(value, Guid.Empty)); } }
}
'@
`;

/** Windows, by Core Audio through PowerShell. */
export function windowsVolume({ run }: VolumeDeps): Volume {
	const powershell = (command: string): Promise<string> =>
		mustRun(run, ["powershell", "-NoProfile", "-NonInteractive", "-Command", `${coreAudio}\n${command}`]);
	const get = async () => {
		const [level = "", muted = ""] = (await powershell("[int]([Output]::Level * 100); [Output]::Mute"))
			.trim()
			.split(/\s+/);
		if (!/^\d+$/.test(level)) throw noSound("Windows reports no output device.");
		return { level: Number(level), muted: muted === "True" };
	};
	return {
		get,
		async setLevel(percent) {
			await powershell(`[Output]::Level = ${percent / 100}`);
		},
		async setMuted(muted) {
			await powershell(`[Output]::Mute = $${muted}`);
		},
		backend: () =>
			get().then(
				() => "Core Audio",
				() => undefined,
			),
	};
}
