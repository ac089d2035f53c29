import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { chooseWay } from "../../../sandbox/kubernetes/any.ts";
import { writeConnection } from "../../../sandbox/kubernetes/connection.ts";
import { findDefinitions, jsonValues } from "../../../sandbox/kubernetes/definitions.ts";
import { canUseKind } from "../../../sandbox/kubernetes/kind.ts";
import { findKubebox, kubeboxFolder, kubernetesVersion } from "../../../sandbox/kubernetes/kubebox.ts";
import { makeParts, type Part, partsNamed } from "../../../sandbox/parts/parts.ts";
import { script, temporaryFolder } from "../engine/support.ts";

describe("the way to a cluster", () => {
  const has = (kubebox: boolean, kind: boolean) => ({ kubebox: async () => kubebox, kind: async () => kind });

  test.each([
    ["own", true, true],
    ["own", true, false],
    ["kind", false, true],
    ["own", false, false],
  ])("is %s where kubebox is built: %s, and kind works: %s", async (way, kubebox, kind) => {
    expect(await chooseWay(await temporaryFolder(), has(kubebox, kind))).toBe(way);
  });

  test.each(["own", "kind"] as const)("stays %s once it was taken", async (origin) => {
    const folder = await temporaryFolder();
    writeConnection(folder, { kubeconfig: "/k", context: "c", origin, level: "real" });
    expect(await chooseWay(folder, has(origin === "kind", origin === "own"))).toBe(origin);
  });

  test("kind is used only with a Docker that runs", async () => {
    const bin = await temporaryFolder();
    expect(await canUseKind({ PATH: bin })).toBe(false);
    await script(join(bin, "kind"), "exit 0");
    await script(join(bin, "docker"), "exit 1");
    expect(await canUseKind({ PATH: bin })).toBe(false);
    await script(join(bin, "docker"), "exit 0");
    expect(await canUseKind({ PATH: bin })).toBe(true);
  });
});

describe("kubebox", () => {
  test("is what SLIPWAY_KUBEBOX names, which must be a program", async () => {
    const folder = await temporaryFolder();
    const file = await script(join(folder, "kubebox"), "exit 0");
    expect(await findKubebox({ SLIPWAY_KUBEBOX: file })).toBe(file);
    await expect(findKubebox({ SLIPWAY_KUBEBOX: `${folder}/none` })).rejects.toThrow(
      `SLIPWAY_KUBEBOX names "${folder}/none", which is no executable file.`,
    );
  });

  test("is otherwise looked for in the user's cache", async () => {
    const env = { SLIPWAY_CACHE: await temporaryFolder() };
    expect(await findKubebox(env)).toBeUndefined();
    const file = await script(join(await kubeboxFolder(env), "bin", "kubebox"), "exit 0");
    expect(await findKubebox(env)).toBe(file);
    expect(await findDefinitions(env)).toBeUndefined();
  });

  test("is of the version that go.mod pins", async () => {
    const pins = await readFile("sandbox/kubernetes/kubebox/go.mod", "utf8");
    expect(pins).toContain(`k8s.io/kubernetes v${kubernetesVersion}\n`);
  });
});

test("values that follow one another are read one by one", () => {
  expect(jsonValues('{\n\t"a": {\n\t\t"b": 1\n\t}\n}\n{\n\t"c": 2\n}\n')).toEqual([
    { a: { b: 1 } },
    { c: 2 },
  ]);
  expect(jsonValues("")).toEqual([]);
});

describe("parts", () => {
  const part = (name: string, changes: Partial<Part> = {}): Part => ({
    name,
    what: name,
    find: async () => undefined,
    make: async () => `/cache/${name}/bin/${name}`,
    ...changes,
  });
  const fails = {
    make: async () => {
      throw new Error("no network");
    },
  };

  /** What is said and reported, and which parts failed. */
  async function make(parts: readonly Part[]): Promise<readonly string[]> {
    const lines: string[] = [];
    const failed = await makeParts(
      parts,
      (line) => lines.push(line),
      (line) => lines.push(line),
    );
    return [...lines, `failed: ${failed.join()}`];
  }

  test("are all made, or those that are named; a name that is none is refused", () => {
    const all = [part("engine"), part("kubernetes")];
    expect(partsNamed([], all)).toBe(all);
    expect(partsNamed(["kubernetes"], all).map(({ name }) => name)).toEqual(["kubernetes"]);
    expect(() => partsNamed(["docker"], all)).toThrow(
      'there is no part "docker". Parts: engine, kubernetes.',
    );
  });

  test("say where they are and how they came there; one that fails keeps no other from being made", async () => {
    const there = part("there", { find: async () => "/cache/there/bin/there" });
    expect(await make([part("broken", fails), there, part("made")])).toEqual([
      "broken: no network",
      "there: there already, /cache/there/bin",
      "made: made in 0 s, /cache/made/bin",
      "failed: broken",
    ]);
  });

  test("an optional one that can't be had fails only where it is asked for by name", async () => {
    const all = [part("pods", { ...fails, optional: true })];
    expect(await make(partsNamed([], all))).toEqual(["pods: no network", "failed: "]);
    expect(await make(partsNamed(["pods"], all))).toEqual(["pods: no network", "failed: pods"]);
  });
});
