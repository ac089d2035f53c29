import { spawn } from "node:child_process";
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { HEALTH_ANNOTATION, healthcheck } from "../../../automation/plan/compose/health.ts";
import type { Json } from "../../../automation/plan/wire.ts";

const container = (probe: Json, more: { [key: string]: Json } = {}): Json => ({
  image: "shop/api:1",
  ports: [{ name: "http", containerPort: 8080 }],
  readinessProbe: probe,
  ...more,
});

function testOf(probe: Json, more: { [key: string]: Json } = {}, annotation?: string): unknown {
  const check = healthcheck(container(probe, more), annotation);
  return (check as { test: Json } | undefined)?.test;
}

describe("a health check is the readiness probe's", () => {
  test("with Kubernetes' own defaults, and the startup probe's patience", () => {
    expect(healthcheck(container({ exec: { command: ["ok"] } }), undefined)).toEqual({
      test: ["CMD", "ok"],
      interval: "10s",
      timeout: "1s",
      retries: 3,
    });
    expect(
      healthcheck(
        container(
          { exec: { command: ["ok"] }, periodSeconds: 5, timeoutSeconds: 2, failureThreshold: 4 },
          { startupProbe: { initialDelaySeconds: 1, periodSeconds: 2, failureThreshold: 30 } },
        ),
        undefined,
      ),
    ).toEqual({ test: ["CMD", "ok"], interval: "5s", timeout: "2s", retries: 4, start_period: "61s" });
    expect(healthcheck({ image: "x" }, undefined)).toBeUndefined();
  });

  test("asks at the container's own address, where it has one", () => {
    const script = (alone: boolean) =>
      JSON.stringify(healthcheck(container({ tcpSocket: { port: 1 } }), undefined, alone));
    expect(script(false)).toContain("read -r self </etc/hostname\\n");
    expect(script(true)).toContain("self=127.0.0.1\\n");
  });

  test("by grpc_health_probe for gRPC, by Node where only that is in the image, as annotated where it is", () => {
    expect(testOf({ grpc: { port: 9090, service: "shop" } })).toEqual([
      "CMD",
      "grpc_health_probe",
      "-addr=127.0.0.1:9090",
      "-service=shop",
    ]);
    const http = { httpGet: { path: "/ready", port: "http" } };
    const distroless = { image: "gcr.io/distroless/nodejs24-debian12" };
    expect(testOf(http, distroless)).toEqual([
      "CMD",
      "/nodejs/bin/node",
      "-e",
      expect.stringContaining("/ready"),
    ]);
    expect(testOf(http, { image: "gcr.io/distroless/static" })).toBeUndefined();
    expect(testOf(http, {}, '["CMD", "/app", "--health"]')).toEqual(["CMD", "/app", "--health"]);
    expect(testOf(http, {}, "not JSON")).toEqual(["CMD-SHELL", expect.any(String)]);
    expect(testOf({ httpGet: { path: "/ready", port: "nameless" } })).toBeUndefined();
    expect(HEALTH_ANNOTATION).toBe("slipway.dev/compose-healthcheck");
  });
});

/** Where a program itself lies, not a script that looks for it; undefined where this machine doesn't have it. */
function found(program: string): string | undefined {
  const places = (process.env.PATH ?? "").split(delimiter).map((folder) => join(folder, program));
  return places.find((path) => existsSync(path) && readFileSync(path).subarray(0, 2).toString() !== "#!");
}

const shell = found("sh");

describe.skipIf(shell === undefined)("its script asks as the kubelet does, by whatever the image has", () => {
  let folder: string;
  let port: number;
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.url} ${request.headers["x-probe"]}`);
    response.statusCode = request.url?.startsWith("/fine") ? 200 : 503;
    response.end("it's so");
  });
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "slipway-health-"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    port = (server.address() as AddressInfo).port;
  });
  afterAll(async () => {
    await new Promise((resolve) => server.close(resolve));
    rmSync(folder, { recursive: true });
  });

  /** Runs a check's script where nothing but `program` is to be had; gives its exit code. */
  async function exitOf(check: unknown, program: string): Promise<number | null> {
    const [how, script] = check as [string, string];
    expect(how).toBe("CMD-SHELL");
    const only = mkdtempSync(join(folder, "path-"));
    const path = found(program);
    if (path !== undefined) symlinkSync(realpathSync(path), join(only, program));
    // Stands for the container's own name on its network.
    const hostname = join(folder, "hostname");
    writeFileSync(hostname, "127.0.0.1\n");
    const here = script.replace("/etc/hostname", hostname);
    expect(here).not.toBe(script);
    const child = spawn(shell ?? "sh", ["-c", here], { env: { PATH: only }, stdio: "ignore" });
    return await new Promise((resolve) => child.on("close", resolve));
  }

  const http = (path: string): Json => ({
    httpGet: { path, port, httpHeaders: [{ name: "X-Probe", value: "it's me" }] },
    timeoutSeconds: 5,
  });

  test.each(["wget", "curl", "node", "python3"])("HTTP by %s", async (program) => {
    if (found(program) === undefined) return expect(await exitOf(testOf(http("/fine")), program)).toBe(1);
    asked.length = 0;
    expect(await exitOf(testOf(http("/fine?a=1&b='2'")), program)).toBe(0);
    expect(asked[0]).toMatch(/^\/fine\?a=1&b=('|%27)2('|%27) it's me$/);
    expect(await exitOf(testOf(http("/sick")), program)).not.toBe(0);
  });

  test.each(["nc", "bash", "node", "python3"])("a connection by %s", async (program) => {
    const there = found(program) !== undefined;
    expect(await exitOf(testOf({ tcpSocket: { port }, timeoutSeconds: 5 }), program)).toBe(there ? 0 : 1);
    expect(await exitOf(testOf({ tcpSocket: { port: 1 }, timeoutSeconds: 5 }), program)).not.toBe(0);
  });

  test("nothing of that in the image is unhealthy, not healthy", async () => {
    expect(await exitOf(testOf(http("/fine")), "nothing")).toBe(1);
  });
});
