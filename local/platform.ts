/** This machine's operating system is none that the runtime plays tasks on. */
export class UnsupportedPlatformError extends Error {
  readonly platform: string;

  constructor(platform: string) {
    super(
      `The local runtime runs on Linux and macOS, not on ${platform}: it starts and ends tasks by process groups and signals. On Windows, use WSL 2`,
    );
    this.name = "UnsupportedPlatformError";
    this.platform = platform;
  }
}

const PLATFORMS: readonly string[] = ["linux", "darwin"];

/** @throws UnsupportedPlatformError */
export function checkPlatform(platform: string = process.platform): void {
  if (!PLATFORMS.includes(platform)) throw new UnsupportedPlatformError(platform);
}
