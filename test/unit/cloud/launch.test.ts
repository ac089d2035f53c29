import { afterEach, expect, test, vi } from "vitest";
import { resolveImage } from "../../../sandbox/cloud/images.ts";
import { instanceEnvironment } from "../../../sandbox/cloud/launch.ts";

afterEach(() => vi.unstubAllEnvs());

test("EA-07 an instance sees its template's variables and the platform's, and none of the user's", () => {
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "from-the-user");
  vi.stubEnv("PATH", "/bin");
  const environment = instanceEnvironment({
    image: resolveImage("sandbox/demo:1.0.0"),
    template: {
      image: "sandbox/demo:1.0.0",
      env: { LOG_LEVEL: "warn", PORT: "1", NODE_OPTIONS: "--import ./x.js", LD_PRELOAD: "x.so" },
      port: 8080,
      mounts: [],
      minInstances: 1,
      maxInstances: 1,
      concurrency: 80,
      timeoutSeconds: 300,
    },
    service: "api",
    revision: "api-1",
    root: "/private",
    port: 21000,
    log: "/log",
  });
  expect(environment).toEqual({
    PATH: "/bin",
    LOG_LEVEL: "warn",
    PORT: "21000",
    K_SERVICE: "api",
    K_REVISION: "api-1",
    K_CONFIGURATION: "api",
    SANDBOX_ROOT: "/private",
    SANDBOX_IMAGE: "sandbox/demo:1.0.0",
  });
});

test("an image of the sandbox runs itself, any other is stood in for, and an unknown name is refused", () => {
  expect(resolveImage("sandbox/demo:errors")).toMatchObject({ image: "sandbox/demo:errors", standIn: false });
  expect(resolveImage("europe-docker.pkg.dev/p/r/sandbox/demo:errors")).toMatchObject({
    image: "sandbox/demo:1.0.0",
    standIn: true,
  });
  expect(() => resolveImage("sandbox/other:1")).toThrow(
    'There is no image "sandbox/other:1". The sandbox has: sandbox/demo.',
  );
  expect(() => resolveImage("sandbox/demo")).toThrow("sandbox/demo has the tags 1.0.0");
});
