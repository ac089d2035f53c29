import type { Policy } from "../../core/policy.ts";
import { noLiteralSecret } from "./no-literal-secret.ts";
import { noSecretInCommand } from "./no-secret-in-command.ts";
import { noSecretInEnvironment } from "./no-secret-in-environment.ts";
import { noSecretInMetadata } from "./no-secret-in-metadata.ts";
import { noSecretInValues } from "./no-secret-in-values.ts";
import { pinnedSecretVersion } from "./pinned-secret-version.ts";
import { secretFilesPrivate } from "./secret-files-private.ts";
import { secretOfOwnEnvironment } from "./secret-of-own-environment.ts";
import { storeByIdentity, storeForNamespaces } from "./secret-store.ts";

/** Where secrets are, and where they must not be. */
export const secrets: readonly Policy[] = [
  noSecretInEnvironment,
  noSecretInCommand,
  noSecretInMetadata,
  noSecretInValues,
  pinnedSecretVersion,
  secretOfOwnEnvironment,
  noLiteralSecret,
  secretFilesPrivate,
  storeByIdentity,
  storeForNamespaces,
];
