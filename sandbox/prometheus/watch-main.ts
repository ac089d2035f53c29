/** Ends a Prometheus when the process that it belongs to has ended: `node watch-main.ts JSON`. Started by `startPrometheus`. */
import { rmSync } from "node:fs";
import { awaitEnd, isRunning, type ProcessMark, signalGroup } from "../cloud/processes.ts";

const { folder, owner, server } = JSON.parse(process.argv[2] ?? "{}") as {
  readonly folder: string;
  readonly owner: ProcessMark;
  readonly server: ProcessMark;
};

const watch = setInterval(async () => {
  if (!isRunning(server)) process.exit();
  if (isRunning(owner)) return;
  clearInterval(watch);
  signalGroup(server.pid, "SIGKILL");
  await awaitEnd([server], 10);
  rmSync(folder, { recursive: true, force: true });
}, 500);
