import { execFile, execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeFiles } from "../../automation/plan/write.ts";
import { findComposeLoader } from "../../sandbox/compose/loader.ts";
import { declareShop, rendered } from "../support/render.ts";
import { exampleSystem } from "../unit/plan/compose-example.ts";

const run = promisify(execFile);

const loader = await findComposeLoader();

function hasCompose(): boolean {
  try {
    execFileSync("docker", ["compose", "version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** What reads compose files here: the command and its arguments before and after the file's, or why there is none. */
const readers = [
  {
    name: "the loader of docker compose",
    command: loader,
    args: (file: string) => [file],
    missing: "not built yet: npm run parts compose",
    demanded: true,
  },
  {
    name: "docker compose config",
    command: hasCompose() ? "docker" : undefined,
    args: (file: string) => ["compose", "-f", file, "config", "--format", "json"],
    missing: "Docker's compose plugin is not here",
    demanded: false,
  },
];

for (const { name, command, args, missing, demanded } of readers) {
  const title = `OS-11: ${name}`;
  if (command === undefined && demanded && process.env.SLIPWAY_DEMAND_PARTS === "1") {
    test(title, () => {
      throw new Error(missing);
    });
    continue;
  }
  const shown = command === undefined ? `${title} (${missing})` : title;
  describe.skipIf(command === undefined)(shown, () => {
    let folder: string;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "slipway-compose-"));
    });
    afterAll(() => rm(folder, { recursive: true }));

    const load = async (program: () => void) => {
      const { files } = await rendered(program);
      writeFiles(folder, files);
      const { stdout } = await run(command ?? "", args(join(folder, "compose", "shop.yaml")));
      return JSON.parse(stdout);
    };

    test("takes a system of hand-written objects as it is meant", async () => {
      const { services, networks } = await load(exampleSystem);
      expect(Object.keys(services).sort()).toEqual(["api", "store", "web"]);
      expect(services.api).toMatchObject({
        environment: { PRICE: expect.stringMatching(/^\${1,2}5 on sale$/) },
        deploy: { replicas: 3, resources: { limits: { cpus: 1, memory: "536870912" } } },
        depends_on: { store: { condition: "service_healthy", required: true } },
        healthcheck: { interval: "5s", retries: 2, start_period: "1m0s" },
      });
      expect(networks["web-to-api"]).toMatchObject({ internal: true });
    });

    test("takes a system of the library's components", async () => {
      const { services } = await load(() => declareShop("shop"));
      expect(Object.keys(services).sort()).toEqual(["api", "web"]);
      expect(services.api.environment).toMatchObject({ LIMIT: "1e3", MODE: "0777", ZIP: "012" });
      expect(services.web.depends_on.api.condition).toBe("service_healthy");
    });

    test("refuses what is none: the check can fail", async () => {
      writeFiles(folder, new Map([["compose/shop.yaml", "services: {a: {image: x, depends_on: [b]}}\n"]]));
      await expect(run(command ?? "", args(join(folder, "compose", "shop.yaml")))).rejects.toThrow(
        /undefined service "?b/,
      );
    });
  });
}
