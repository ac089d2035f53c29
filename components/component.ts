import * as pulumi from "@pulumi/pulumi";
import { refuse } from "./errors.ts";
import type { Scope } from "./scope.ts";

/** What a caller may change of one child: fields to lay over its arguments, or a function that returns new ones. */
export type Transform<Args> = Partial<Args> | ((args: Args, name: string) => Args);

/** Constructor of a Pulumi resource whose arguments are `Args`. */
type Constructor<Args, Child> = new (
  name: string,
  args: Args,
  options?: pulumi.CustomResourceOptions,
) => Child;

/** Arguments that every component takes, besides its own. */
export interface ComponentArgs<Children> {
  readonly scope: Scope;
  /** Named children whose arguments the caller wants to change, after everything that Slipway derived. */
  readonly transform?: { readonly [Name in keyof Children]?: Transform<Children[Name]> } | undefined;
  /**
   * Children that are there already, made by other means: the id by which their provider knows each (the documentation of
   * a type names its form, under "Import"), by the child's logical name without the component's, or by its key. They are taken
   * over as they are, at the next deployment; from then on leave this out, or in: it changes nothing more.
   */
  readonly adopt?: Readonly<Record<string, string>> | undefined;
}

interface ChildOptions<Args> extends pulumi.CustomResourceOptions {
  suffix?: string;
  finish?: (args: Args) => Args;
}

/** `args` as the caller's transform, if any, leaves them. */
function applyTransform<Args>(transform: Transform<Args> | undefined, args: Args, name: string): Args {
  if (transform === undefined) return args;
  return typeof transform === "function" ? transform(args, name) : { ...args, ...transform };
}

/**
 * The base of every component: children are named after it, have it as their parent, wait for the system's foundations,
 * and can each be changed through a named transform.
 */
export abstract class Component<Children extends object = object> extends pulumi.ComponentResource {
  protected readonly scope: Scope;
  readonly #name: string;
  readonly #transform: ComponentArgs<Children>["transform"];
  readonly #adopt: ReadonlyMap<string, string>;
  readonly #registered = new Set<string>();

  /** @param carried plain data that the component is registered with, for whoever reads the stack: never a secret */
  constructor(
    type: `slipway:${string}`,
    name: string,
    args: ComponentArgs<Children>,
    options?: pulumi.ComponentResourceOptions,
    carried: pulumi.Inputs = {},
  ) {
    super(type, name, carried, options);
    this.scope = args.scope;
    this.#name = name;
    this.#transform = args.transform;
    this.#adopt = new Map(Object.entries(args.adopt ?? {}));
  }

  /**
   * Registers one child.
   * @param key the transform's name, and the logical name's suffix unless `suffix` says otherwise; `""` for none
   * @param args its arguments; `finish` derives from them, as the transform leaves them, what must agree with them
   */
  protected child<Key extends keyof Children & string, Child>(
    key: Key,
    resource: Constructor<Children[Key], Child>,
    args: Children[Key],
    { suffix = key as string, finish = (same) => same, ...options }: ChildOptions<Children[Key]> = {},
  ): Child {
    const name = suffix === "" ? this.#name : `${this.#name}-${suffix}`;
    const dependsOn = [...this.scope.foundations, ...([options.dependsOn ?? []].flat() as pulumi.Resource[])];
    const called = suffix === "" ? key : suffix;
    const importId = this.#adopt.get(called);
    this.#registered.add(called);
    return new resource(name, finish(applyTransform(this.#transform?.[key], args, name)), {
      ...options,
      parent: this,
      ...(importId === undefined ? {} : { import: importId }),
      ...(dependsOn.length > 0 ? { dependsOn } : {}),
    });
  }

  /** @throws SlipwayError where something is to be adopted that this component has not */
  protected override registerOutputs(outputs?: pulumi.Inputs): void {
    const unknown = [...this.#adopt.keys()].filter((name) => !this.#registered.has(name));
    refuse(
      this.#name,
      unknown.map(
        (name) => `adopt: there is no "${name}" to adopt; there are: ${[...this.#registered].join(", ")}`,
      ),
    );
    super.registerOutputs(outputs);
  }
}
