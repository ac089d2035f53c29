import { ComponentResource, CustomResource, type CustomResourceOptions } from "@pulumi/pulumi";
import { type ProgramRun, runDeclarations } from "../../../automation/plan/host.ts";
import type { ResourceModels } from "../../../automation/plan/models.ts";
import type { ProjectSettings } from "../../../automation/plan/project.ts";
import { unknownValue } from "../../../automation/plan/wire.ts";

/** The settings of a project that exists only in a test. */
function settings(overrides: Partial<ProjectSettings> = {}): ProjectSettings {
  return {
    root: process.cwd(),
    project: "shop",
    stack: "dev",
    main: "",
    config: {},
    secretKeys: [],
    notes: [],
    ...overrides,
  };
}

/**
 * Models of one provider, `test`, with one type: a thing takes `size` up to 10, knows its `label` before it is made, and its
 * `address` only afterwards. Its one function doubles a number.
 */
const testModels: ResourceModels = {
  check: ({ type, inputs }) => {
    if (type !== "test:index:Thing") return undefined;
    const size = inputs.size;
    return typeof size === "number" && size > 10
      ? [{ path: "size", reason: `must be at most 10; got ${size}` }]
      : [];
  },
  checked: ({ inputs }) => ({ ...inputs, color: inputs.color ?? "grey" }),
  outputs: ({ name, inputs }) => ({ ...inputs, label: `thing ${name}`, address: unknownValue }),
  invoke: (token, inputs) => {
    if (token !== "test:index:double") return undefined;
    if (typeof inputs.number !== "number") throw new Error("`number` must be a number");
    return { result: inputs.number * 2 };
  },
};

/** A resource of the type that {@link testModels} knows. */
export class Thing extends CustomResource {
  declare readonly address: import("@pulumi/pulumi").Output<string>;
  declare readonly label: import("@pulumi/pulumi").Output<string>;

  constructor(name: string, args: Record<string, unknown> = {}, options?: CustomResourceOptions) {
    super("test:index:Thing", name, { address: undefined, label: undefined, ...args }, options);
  }
}

/** A component that holds what `fill` puts under it. */
export class Box extends ComponentResource {
  constructor(name: string, fill: (parent: Box) => void = () => {}, parent?: Box) {
    super("test:index:Box", name, {}, parent === undefined ? {} : { parent });
    fill(this);
    this.registerOutputs({});
  }
}

/** Runs a program of a test under {@link testModels}. */
export function run(program: () => unknown, overrides: Partial<ProjectSettings> = {}): Promise<ProgramRun> {
  return runDeclarations(settings(overrides), testModels, async () => program());
}
