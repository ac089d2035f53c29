import { z } from "zod";
import type { Memory } from "../components/units.ts";

/** A Google Cloud project id. */
export const project = z
  .string()
  .regex(/^[a-z][-a-z0-9]{4,28}[a-z0-9]$/, { error: "must be a Google Cloud project id" });

/** An amount of memory: `"512 MiB"`. */
export const memory = z
  .string()
  .regex(/^\d+ (MiB|GiB)$/, {
    error: 'must be a number, one blank and MiB or GiB, such as "512 MiB"',
    abort: true,
  })
  .transform((text) => text as Memory);

/** `ethixai/backend:1.4.0` or `ethixai/backend@sha256:…`; the registry in front is the system's own. */
export const image = z
  .string()
  .regex(/^[a-z0-9]+([._/-][a-z0-9]+)*(:[A-Za-z0-9_][A-Za-z0-9._-]{0,127}|@sha256:[0-9a-f]{64})$/, {
    error: 'must be a name with a tag or a digest, such as "ethixai/backend:1.4.0"',
  })
  .refine((name) => !name.endsWith(":latest"), { error: "names no fixed image: use a version or a digest" });

/** A version of a secret that someone else puts into Secret Manager. @param secret its id there */
export const version = (secret: string) =>
  z
    .string({
      error: (issue) =>
        issue.input === undefined
          ? `missing. Add the value (gcloud secrets versions add ${secret} --data-file=-) and name its version here, such as "1"`
          : "must be the number of a version in Secret Manager, in quotes",
    })
    .regex(/^[1-9]\d*$/, {
      error: 'must be the number of a version in Secret Manager, in quotes, such as "3"',
    });
