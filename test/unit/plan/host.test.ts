import * as pulumi from "@pulumi/pulumi";
import { Config, interpolate, ProviderResource, runtime, secret } from "@pulumi/pulumi";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { planResource, resourcesJson } from "../../../automation/plan/resources.ts";
import { displayWire } from "../../../automation/plan/wire.ts";
import { Box, run, Thing } from "./support.ts";

const stackUrn = "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev";

describe("what a program declares", () => {
  test("is planned with parents, dependencies and options, sorted by URN", async () => {
    const { resources } = await run(() => {
      new Box("outer", (outer) => {
        new Box(
          "inner",
          (inner) => {
            const first = new Thing("first", { size: 3 }, { parent: inner, protect: true });
            new Thing(
              "second",
              { of: first.address, title: first.label },
              { parent: inner, dependsOn: [first] },
            );
          },
          outer,
        );
      });
      return {};
    });
    const base = "urn:pulumi:dev::shop::test:index:Box";
    expect(resources.map(planResource)).toEqual([
      {
        urn: stackUrn,
        type: "pulumi:pulumi:Stack",
        name: "shop-dev",
        parent: null,
        inputs: {},
        dependencies: [],
        options: {},
      },
      {
        urn: `${base}$test:index:Box$test:index:Thing::first`,
        type: "test:index:Thing",
        name: "first",
        parent: `${base}$test:index:Box::inner`,
        inputs: { size: 3 },
        dependencies: [],
        options: { protect: true },
      },
      {
        urn: `${base}$test:index:Box$test:index:Thing::second`,
        type: "test:index:Thing",
        name: "second",
        parent: `${base}$test:index:Box::inner`,
        inputs: { of: "[unknown]", title: "thing first" },
        dependencies: [`${base}$test:index:Box$test:index:Thing::first`],
        options: {},
      },
      {
        urn: `${base}$test:index:Box::inner`,
        type: "test:index:Box",
        name: "inner",
        parent: `${base}::outer`,
        inputs: {},
        dependencies: [],
        options: {},
      },
      {
        urn: `${base}::outer`,
        type: "test:index:Box",
        name: "outer",
        parent: stackUrn,
        inputs: {},
        dependencies: [],
        options: {},
      },
    ]);
    expect(resources.map(({ custom }) => custom)).toEqual([false, true, true, false, false]);
  });

  test("names the property that a dependency comes from", async () => {
    const { resources } = await run(() => {
      const first = new Thing("first");
      new Thing("second", { of: first.address, size: 1 });
    });
    const urn = "urn:pulumi:dev::shop::test:index:Thing::first";
    expect(resources.find(({ name }) => name === "second")?.propertyDependencies).toEqual({ of: [urn] });
  });

  test("has its default, named and function exports as the stack's outputs", async () => {
    const program = () => ({ plain: 1, later: new Thing("a").address, hidden: secret("hush hush") });
    const { outputs } = await run(program);
    expect(displayWire(outputs)).toEqual({ hidden: "[secret]", later: "[unknown]", plain: 1 });
  });

  test("keeps the options that somebody set, and no others", async () => {
    const { resources } = await run(() => {
      class Provider extends ProviderResource {
        constructor(name: string) {
          super("test", name, {});
        }
      }
      const provider = new Provider("mine");
      const other = new Thing("other");
      new Thing("plain");
      new Thing(
        "full",
        {},
        {
          provider,
          version: "1.2.3",
          deleteBeforeReplace: false,
          retainOnDelete: true,
          ignoreChanges: ["size"],
          replaceOnChanges: ["color"],
          additionalSecretOutputs: ["label"],
          customTimeouts: { create: "5m" },
          deletedWith: other,
          aliases: [
            { name: "old" },
            "urn:pulumi:dev::shop::test:index:Thing::older",
            { parent: pulumi.rootStackResource },
          ],
        },
      );
    });
    const options = (name: string) => resources.find((resource) => resource.name === name)?.options;
    expect(options("plain")).toEqual({});
    expect(options("full")).toEqual({
      additionalSecretOutputs: ["label"],
      aliases: [
        { name: "old", parent: stackUrn },
        "urn:pulumi:dev::shop::test:index:Thing::older",
        { noParent: true },
      ],
      customTimeouts: { create: "5m" },
      deleteBeforeReplace: false,
      deletedWith: "urn:pulumi:dev::shop::test:index:Thing::other",
      ignoreChanges: ["size"],
      provider: "urn:pulumi:dev::shop::pulumi:providers:test::mine",
      replaceOnChanges: ["color"],
      retainOnDelete: true,
      version: "1.2.3",
    });
  });
});

describe("values", () => {
  test("unknowns stay unknown through everything made of them, and applies on them don't run", async () => {
    let applied = false;
    const { resources } = await run(() => {
      const { address } = new Thing("first");
      const url = interpolate`https://${address}/`;
      new Thing("second", { url, nested: { list: [1, address] } });
      address.apply(() => {
        applied = true;
      });
    });
    const second = resources.find(({ name }) => name === "second");
    expect(displayWire(second?.inputs ?? {})).toEqual({
      nested: { list: [1, "[unknown]"] },
      url: "[unknown]",
    });
    expect(applied).toBe(false);
  });

  test("what a model knows beforehand is known to the program", async () => {
    const seen: unknown[] = [];
    await run(() => {
      new Thing("first").label.apply((label) => seen.push(label));
    });
    expect(seen).toEqual(["thing first"]);
  });

  test("an id is unknown unless the model tells it", async () => {
    const { resources } = await run(() => {
      new Thing("second", { of: new Thing("first").id });
    });
    expect(displayWire(resources.find(({ name }) => name === "second")?.inputs ?? {})).toEqual({
      of: "[unknown]",
    });
  });

  test("functions answer, and are unknown where their arguments are", async () => {
    const { outputs } = await run(() => ({
      known: runtime.invokeOutput("test:index:double", { number: 4 }),
      unknown: runtime.invokeOutput("test:index:double", { number: new Thing("first").address }),
      secret: runtime.invokeOutput("test:index:double", { number: secret(4) }),
    }));
    expect(displayWire(outputs)).toEqual({ known: { result: 8 }, secret: "[secret]", unknown: "[unknown]" });
  });

  test("policies get inputs with the provider's defaults, resources.json what the program gave", async () => {
    const { resources } = await run(() => new Thing("first", { size: 1 }) && undefined);
    const first = resources.find(({ name }) => name === "first");
    expect(first?.inputs).toEqual({ size: 1 });
    expect(first?.checked).toEqual({ color: "grey", size: 1 });
  });

  test("outputs that the program wants secret are secret", async () => {
    const { outputs } = await run(() => ({
      label: new Thing("first", {}, { additionalSecretOutputs: ["label"] }).label,
    }));
    expect(displayWire(outputs)).toEqual({ label: "[secret]" });
  });

  test("configuration reaches the program, secrets as secrets", async () => {
    const overrides = {
      config: { "shop:name": "corner", "shop:token": "[secret]" },
      secretKeys: ["shop:token"],
    };
    const { outputs } = await run(
      () => ({ name: new Config().require("name"), token: new Config().requireSecret("token") }),
      overrides,
    );
    expect(displayWire(outputs)).toEqual({ name: "corner", token: "[secret]" });
  });
});

describe("determinism", () => {
  test("two runs of one program give the same bytes, whatever order its promises settle in", async () => {
    const names = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,8}$/), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(names, fc.array(fc.nat(3), { minLength: 8, maxLength: 8 }), async (list, delays) => {
        const document = async (order: readonly string[]) => {
          const { resources } = await run(async () => {
            await Promise.all(
              order.map(async (name) => {
                for (let turn = 0; turn < (delays[list.indexOf(name)] ?? 0); turn += 1) await null;
                new Thing(name, { b: 1, a: secret(2), c: { z: [], y: null } });
              }),
            );
          });
          return resourcesJson(resources.map(planResource));
        };
        expect(await document(list)).toBe(await document(list.toReversed()));
      }),
      { numRuns: 25 },
    );
  });
});

describe("the process", () => {
  test("is as it was after a run, also after one that failed", async () => {
    const state = () => ({
      log: console.log,
      warn: console.warn,
      limit: Error.stackTraceLimit,
      folder: process.cwd(),
      rejections: process.listeners("unhandledRejection"),
      exceptions: process.listeners("uncaughtException"),
    });
    const before = state();
    await run(() => void new Thing("first"));
    expect(state()).toEqual(before);
    await expect(run(() => void new Thing("first", { size: 11 }))).rejects.toThrow();
    expect(state()).toEqual(before);
  });

  test("runs of one process don't mix", async () => {
    const runs = await Promise.all(
      ["a", "b", "c"].map((name) => run(() => void new Thing(name), { stack: name })),
    );
    expect(runs.map(({ resources }) => resources.map(({ urn }) => urn))).toEqual(
      ["a", "b", "c"].map((name) => [
        `urn:pulumi:${name}::shop::pulumi:pulumi:Stack::shop-${name}`,
        `urn:pulumi:${name}::shop::test:index:Thing::${name}`,
      ]),
    );
  });

  test("what the program prints is kept from standard output", async () => {
    const { messages } = await run(() => console.log("hello %d", 1));
    expect(messages).toEqual([{ severity: "info", text: "hello 1" }]);
  });
});
