import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";
import { takePort } from "../../../sandbox/cloud/ports.ts";

const main = fileURLToPath(new URL("../../../sandbox/images/demo/main.ts", import.meta.url));
const running: ReturnType<typeof spawn>[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill("SIGKILL");
});

async function demo(
  env: Record<string, string>,
): Promise<(path: string, host?: string) => Promise<Response>> {
  const port = await takePort();
  running.push(spawn(process.execPath, [main], { env: { PORT: String(port), ...env }, stdio: "inherit" }));
  const ask = (path: string, host = "127.0.0.1") => fetch(`http://${host}:${port}${path}`);
  await expect
    .poll(() => ask("/healthz").then(({ status }) => status, String), { timeout: 10_000 })
    .toBe(200);
  return ask;
}

test("OS-02 the demo image answers the paths of a service's probes, and says its version", async () => {
  const ask = await demo({
    SANDBOX_IMAGE: "sandbox/demo:1.1.0",
    K_SERVICE: "backend",
    K_REVISION: "backend-7",
  });
  const paths = ["/healthz", "/readyz", "/health/startup", "/health/liveness", "/health/readiness"];
  expect(await Promise.all(paths.map(async (path) => (await ask(path)).status))).toEqual(
    paths.map(() => 200),
  );
  expect(await (await ask("/version")).json()).toEqual({
    service: "backend",
    revision: "backend-7",
    image: "sandbox/demo:1.1.0",
  });
});

// Every address of 127.0.0.0/8 is the machine's own on Linux, and nowhere else.
test.runIf(process.platform === "linux")(
  "the demo image listens on one address, or on all where it is told",
  async () => {
    const alone = await demo({});
    await expect(alone("/version", "127.0.0.2")).rejects.toThrow();
    const open = await demo({ SANDBOX_ADDRESS: "0.0.0.0" });
    expect((await open("/version", "127.0.0.2")).status).toBe(200);
  },
);
