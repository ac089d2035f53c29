import { z } from "zod";
import type { Environment } from "../../components/scope.ts";
import { cpuProblem, instancesProblem, memoryProblem } from "../../components/service/sizes.ts";
import type { Runtime } from "../../components/service/spec.ts";
import { bytes } from "../../components/units.ts";
import { image, memory, project, version } from "../settings.ts";

/** Secrets whose values someone else puts into Secret Manager; a stack pins the version of each. */
const EXTERNAL_SECRETS = [
  "sentry-dsn",
  "smtp-password",
  "ghcr-token",
  "pagerduty-key",
  "slack-token",
] as const;

/** Name of one of them. */
export type ExternalSecret = (typeof EXTERNAL_SECRETS)[number];

/** What a stack may say of one service, where it differs from the system's own declaration. */
const service = z
  .strictObject({
    cpu: z.number().optional(),
    memory: memory.optional(),
    min: z.int().optional(),
    max: z.int().optional(),
    peak: z.number().positive().optional(),
    billing: z
      .enum(["request", "instance"])
      .optional()
      .describe("What Cloud Run bills: time in which requests are worked on, or all of an instance's life."),
  })
  .superRefine(({ cpu, memory, min, max }, context) => {
    const add = (path: string, message: string | undefined) => {
      if (message !== undefined) context.addIssue({ code: "custom", path: [path], message });
    };
    if (cpu !== undefined) add("cpu", cpuProblem(cpu));
    if (cpu !== undefined && memory !== undefined) add("memory", memoryProblem(cpu, bytes(memory)));
    if (min !== undefined && max !== undefined) add("min", instancesProblem(min, max));
  });

/** What every stack of EthixAI may say. */
function common() {
  return {
    project: project.optional(),
    repository: z.string().default("ethixai/platform"),
    runtime: z
      .enum(["cloud-run", "kubernetes"])
      .default("cloud-run")
      .describe("What runs the backend and the AI core. A change makes both anew, and moves the address."),
    certificateIssuer: z
      .string()
      .default("letsencrypt")
      .describe("Kubernetes: ClusterIssuer of cert-manager that signs the domain's certificate."),
    clusterAddress: z
      .ipv4({ error: 'must be an IPv4 address, such as "203.0.113.7"' })
      .optional()
      .describe("Kubernetes: address that the cluster's requests leave by; the database lets it in."),
    services: z.strictObject({ backend: service.optional(), "ai-core": service.optional() }).default({}),
  };
}

/** Schema of `slipway:stack.systems.ethixai`. The sandbox makes up what the others have to be told. */
export function ethixaiSettings(environment: Environment) {
  if (environment === "sandbox") {
    return z.strictObject({
      ...common(),
      images: z.strictObject({ backend: image, "ai-core": image }).default({
        backend: "sandbox/demo:1.0.0",
        "ai-core": "sandbox/demo:1.0.0",
      }),
      secrets: z.strictObject({}).default({}) as unknown as z.ZodDefault<
        z.ZodType<Partial<Record<ExternalSecret, string>>>
      >,
      atlasOrganization: z.string().default("5a0d000000000000000000b0"),
    });
  }
  return z
    .strictObject({
      ...common(),
      images: z.strictObject({
        backend: image,
        "ai-core": image,
        smoke: image.describe("Image of the smoke tests, built from ops/smoke."),
      }),
      secrets: z.strictObject(
        Object.fromEntries(EXTERNAL_SECRETS.map((name) => [name, version(name)])) as Record<
          ExternalSecret,
          ReturnType<typeof version>
        >,
      ),
      atlasOrganization: z.string(),
    })
    .superRefine(({ runtime, clusterAddress }, context) => {
      if (runtime !== "kubernetes" || clusterAddress !== undefined) return;
      context.addIssue({
        code: "custom",
        path: ["clusterAddress"],
        message:
          'missing: with runtime "kubernetes" the database lets in only the address that the cluster\'s requests leave by',
      });
    });
}

/** A stack's settings for EthixAI, checked, defaults filled in. */
export interface EthixaiSettings {
  readonly project?: string | undefined;
  readonly repository: string;
  readonly runtime: Runtime;
  readonly certificateIssuer: string;
  readonly clusterAddress?: string | undefined;
  readonly services: Partial<Record<"backend" | "ai-core", ServiceSettings | undefined>>;
  /** The sandbox runs no jobs, and has no image of one. */
  readonly images: Readonly<Record<"backend" | "ai-core", string>> & { readonly smoke?: string };
  readonly secrets: Partial<Record<ExternalSecret, string>>;
  readonly atlasOrganization: string;
}

/** One service's settings in a stack. */
export type ServiceSettings = z.infer<typeof service>;
