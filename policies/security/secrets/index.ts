import type { Policy } from "../../core/policy.ts";
import { noLiteralSecret } from "./no-literal-secret.ts";
import { noSecretInEnvironment } from "./no-secret-in-environment.ts";
import { pinnedSecretVersion } from "./pinned-secret-version.ts";
import { secretOfOwnEnvironment } from "./secret-of-own-environment.ts";

/** Where secrets are, and where they must not be. */
export const secrets: readonly Policy[] = [
  noSecretInEnvironment,
  pinnedSecretVersion,
  secretOfOwnEnvironment,
  noLiteralSecret,
];
