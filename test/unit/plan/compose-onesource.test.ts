import { beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { deployableFiles } from "../../../automation/plan/deployable.ts";
import { type ProgramRun, runProgram } from "../../../automation/plan/host.ts";
import type { RenderedFiles } from "../../../automation/plan/kubernetes/manifests.ts";
import { planRun } from "../../../automation/plan/plan.ts";
import { composeProblems } from "../../support/compose-schema.ts";

describe("ONESource in production, without Pulumi", () => {
  let run: ProgramRun;
  let rendered: RenderedFiles;
  beforeAll(async () => {
    run = await runProgram({ root: process.cwd(), stack: "production" });
    rendered = deployableFiles(run);
  });

  const file = (path: string) => parse(rendered.files.get(path) ?? "");
  const compose = () => file("compose/onesource.yaml");

  test("every Kubernetes object has a whole manifest, where its namespace and name say", () => {
    const objects = run.resources.filter(
      ({ type, checked }) => type.startsWith("kubernetes:") && checked.kind !== undefined,
    );
    const manifests = [...rendered.files.keys()].filter((path) => /^kubernetes\/.*\//.test(path));
    expect(manifests.filter((path) => !path.endsWith(".yaml"))).toEqual([]);
    expect(manifests.length).toBe(objects.length);
    for (const path of manifests) {
      const { kind, metadata } = file(path);
      expect(path).toBe(
        `kubernetes/${metadata.namespace ?? "_cluster"}/${kind.toLowerCase()}-${metadata.name}.yaml`,
      );
    }
    expect(rendered.notes).toEqual([]);
  });

  test("OS-01 states three replicas of the backend and two of the frontend as services' least", () => {
    const { services } = planRun(run, []);
    const named = Object.fromEntries(services.map(({ name, instances }) => [name, instances.min]));
    expect(named).toMatchObject({ backend: 3, frontend: 2 });
  });

  test("OS-11 runs by docker compose: health checks, limits, volumes, networks, secrets as files", () => {
    expect(composeProblems(rendered.files.get("compose/onesource.yaml") ?? "")).toEqual([]);
    const { services, networks, volumes, secrets } = compose();
    expect(Object.keys(services)).toEqual(["backend", "frontend", "mongo", "redis"]);
    for (const service of Object.values<(typeof services)[string]>(services)) {
      expect(service.healthcheck.test.length).toBeGreaterThan(1);
      expect(service.deploy.resources.limits).toEqual({
        cpus: expect.any(String),
        memory: expect.any(String),
      });
      expect(service).toMatchObject({ read_only: true, cap_drop: ["ALL"], restart: "unless-stopped" });
    }
    expect(services.backend.deploy.replicas).toBe(3);
    expect(services.frontend.deploy.replicas).toBe(2);
    expect(services.backend.depends_on).toEqual({
      mongo: { condition: "service_healthy" },
      redis: { condition: "service_healthy" },
    });
    expect(Object.keys(volumes).sort()).toEqual(["data-mongo-0", "data-redis-0"]);
    expect(Object.keys(networks).sort()).toEqual([
      "backend-outside",
      "backend-to-mongo",
      "backend-to-redis",
      "frontend-exposed",
    ]);
    expect(services.redis.networks["backend-to-redis"].aliases).toContain(
      services.backend.environment.REDIS_HOST,
    );
    expect(services.mongo.networks["backend-to-mongo"].aliases).toContain(
      services.backend.environment.MONGO_HOST,
    );
    for (const [name, secret] of Object.entries(secrets))
      expect(secret).toEqual({ file: `./secrets/${name}` });
  });

  test("OS-03 its flags are files that a person can change while it runs", () => {
    const [folder] = compose().services.backend.volumes.filter(
      ({ type }: { type: string }) => type === "bind",
    );
    expect(folder.target).toBe(compose().services.backend.environment.FLAGS_DIR);
    const flags = `compose/${folder.source.slice(2)}`;
    expect(rendered.files.get(`${flags}/USE_UNIFIED_PIPELINE`)).toBe("1");
    expect(rendered.files.get(`${flags}/CONV_STORE_PRIMARY`)).toBe("redis");
  });

  test("every file that the compose file mounts is written beside it, and every secret is asked for", () => {
    const { configs, secrets } = compose();
    for (const { file: path } of Object.values<{ file: string }>(configs)) {
      expect(rendered.files.has(`compose/${path.slice(2)}`), path).toBe(true);
    }
    const head = rendered.files.get("compose/onesource.yaml") ?? "";
    for (const name of Object.keys(secrets)) expect(head).toContain(`# - secrets/${name}: `);
  });
});
