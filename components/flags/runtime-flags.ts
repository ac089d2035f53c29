import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { Component, type ComponentArgs } from "../component.ts";
import { refuse } from "../errors.ts";
import { nameProblem } from "../kubernetes/names.ts";
import type { Namespace } from "../kubernetes/namespace.ts";
import { claimName } from "../scope.ts";
import { CATALOGUE_ANNOTATION, FLAGS_LABEL, flagsObject, overridesObject } from "./catalogue.ts";
import type { Flag, Setting } from "./flag.ts";
import { FLAGS_FOLDER, planFlags } from "./plan.ts";
import { flagsProblems } from "./problems.ts";

interface Children {
  flags: k8s.core.v1.ConfigMapArgs;
}

/** The flags and settings of one system. */
export interface RuntimeFlagsArgs extends ComponentArgs<Children> {
  readonly namespace: Namespace;
  /** What `slipway flags` calls them. Changing it forgets what operators have set. */
  readonly name: string;
  /** By name, as the application knows them: `USE_UNIFIED_PIPELINE`. */
  readonly flags: Readonly<Record<string, Flag>>;
  readonly settings: Readonly<Record<string, Setting>>;
}

/** Kubernetes' name of the overrides is the longer one, and a label's value. */
const LONGEST_NAME = 63 - overridesObject("").length;

/**
 * Flags that operators turn while everything runs, and the settings of an application.
 *
 * Each flag is a file, `$FLAGS_DIR/NAME`, with its value and nothing else: no quotes, no newline. The folder shows two
 * objects laid over each other: what is declared here, and what `slipway flags set` put over it. The second one belongs to
 * the command alone, so no deployment ever undoes a flip; nothing in a pod's template changes when a value does, so
 * nothing is restarted by it.
 *
 * What the application has to do: read the file again for each request (it is in memory) or watch `$FLAGS_DIR/..data`,
 * never keep a value for longer than a few seconds, and fall back to its own safe value, the declared one, where a file is
 * missing. A change is there within seconds of the command's end, or within a minute and a half where the command may not
 * touch pods. All files are exchanged at once, by one link, `..data`: whoever needs two flags of one moment resolves that
 * link once, and reads both there.
 *
 * Settings marked `reload: false` are variables in {@link RuntimeFlags.environment}: changing one is a deployment.
 *
 * The `kubernetes` provider needs `enableConfigMapMutable: true`; without it, a changed default deletes the object for a
 * moment in order to replace it.
 */
export class RuntimeFlags extends Component<Children> {
  /** What a pod mounts. */
  readonly volume: k8s.types.input.core.v1.Volume;
  readonly mount: k8s.types.input.core.v1.VolumeMount;
  /** Variables for `ServiceSpec.environment`: `FLAGS_DIR`, and the settings that are read at the start only. */
  readonly environment: Readonly<Record<string, string>>;
  /** The files' contents as they are declared, by name. */
  readonly declared: Readonly<Record<string, string>>;

  constructor(name: string, args: RuntimeFlagsArgs, options?: pulumi.ComponentResourceOptions) {
    super("slipway:flags:RuntimeFlags", name, args, options);
    const misnamed = nameProblem(args.name, LONGEST_NAME);
    refuse(name, [
      ...(misnamed === undefined ? [] : [`name: ${misnamed}`]),
      ...flagsProblems(args.flags, args.settings),
    ]);
    claimName(args.scope, "flag set", `${args.namespace.namespace}/${args.name}`);
    const plan = planFlags(args.flags, args.settings);
    const metadata = args.namespace.metadata(flagsObject(args.name));
    const flags = this.child(
      "flags",
      k8s.core.v1.ConfigMap,
      {
        metadata: {
          ...metadata,
          labels: { ...metadata.labels, [FLAGS_LABEL]: args.name },
          annotations: { [CATALOGUE_ANNOTATION]: JSON.stringify(plan.catalogue) },
        },
        data: plan.data,
      },
      { suffix: "" },
    );
    this.environment = plan.environment;
    this.declared = plan.data;
    this.volume = {
      name: "flags",
      projected: {
        // Read by everybody in the pod. Of two sources that have one file the later one wins.
        defaultMode: 0o444,
        sources: [
          { configMap: { name: flags.metadata.name } },
          { configMap: { name: overridesObject(args.name), optional: true } },
        ],
      },
    };
    this.mount = { name: this.volume.name, mountPath: FLAGS_FOLDER, readOnly: true };
    this.registerOutputs({ flags: flags.metadata.name });
  }
}
