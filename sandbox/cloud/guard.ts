/**
 * Loaded into every instance before its own code. Ends the process when the cloud that started it is gone, even by
 * kill -9: the pipe on standard input closes then. So no instance outlives its cloud.
 */
const GRACE_MS = 10_000;

process.stdin.on("end", leave).on("error", leave).resume();
(process.stdin as unknown as { unref?: () => void }).unref?.();

function leave(): void {
  setTimeout(() => process.exit(1), GRACE_MS).unref();
  process.kill(process.pid, "SIGTERM");
}
