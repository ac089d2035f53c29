import { z } from "zod";
import type { Environment } from "../../components/scope.ts";
import { image, project, version } from "../settings.ts";

/** Services whose image a stack names. */
const SERVICES = ["backend", "frontend"] as const;

/** Registry that images are pulled from, such as `us-docker.pkg.dev/PROJECT/onesource`. */
const registry = z.string().regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d+)?(\/[a-z0-9][a-z0-9._-]*)*$/, {
  error: 'must be a registry\'s address without "https://", such as "us-docker.pkg.dev/my-project/images"',
});

/** Schema of `slipway:stack.systems.onesource`. The sandbox makes up what the others have to be told. */
export function onesourceSettings(environment: Environment) {
  if (environment === "sandbox") {
    return z.strictObject({
      project: project.optional(),
      registry: registry.optional(),
      images: z
        .strictObject({ backend: image, frontend: image })
        .default({ backend: "sandbox/demo:1.0.0", frontend: "sandbox/demo:1.0.0" }),
      secrets: z.strictObject({ "llm-api-key": version("llm-api-key").optional() }).default({}),
      certificateIssuer: z.string().default("sandbox"),
    });
  }
  return z.strictObject({
    project: project.optional(),
    registry: registry.describe("Registry that images are pulled from."),
    images: z.strictObject(
      Object.fromEntries(SERVICES.map((name) => [name, image])) as Record<
        (typeof SERVICES)[number],
        typeof image
      >,
    ),
    secrets: z.strictObject({ "llm-api-key": version("llm-api-key") }),
    certificateIssuer: z
      .string()
      .describe("ClusterIssuer of cert-manager that signs the domain's certificate."),
  });
}

/** A stack's settings for ONESource, checked, defaults filled in. */
export interface OnesourceSettings {
  readonly project?: string | undefined;
  readonly registry?: string | undefined;
  readonly images: Readonly<Record<(typeof SERVICES)[number], string>>;
  readonly secrets: { readonly "llm-api-key"?: string | undefined };
  readonly certificateIssuer: string;
}
