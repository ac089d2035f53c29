import type { CheckFailure } from "../model.ts";
import { isUnknown, type Properties, unmark } from "../values.ts";

const switches = [
  "alwaysRender",
  "deleteUnreachable",
  "enableConfigMapMutable",
  "enablePatchForce",
  "enableSecretMutable",
  "enableServerSideApply",
  "skipUpdateUnreachable",
  "suppressDeprecationWarnings",
  "suppressHelmHookWarnings",
  "upsertExistingObjects",
];

/**
 * What is wrong with the configuration of a Kubernetes provider. `kubeconfig`, `context` and `cluster` are taken and not
 * used: the sandbox's objects go to the sandbox's cluster, never to a user's.
 */
export function checkKubernetesConfig(config: Properties): CheckFailure[] {
  const failures: CheckFailure[] = [];
  for (const [name, value] of Object.entries(unmark(config).value)) {
    if (isUnknown(value)) continue;
    if (switches.includes(name) && !["true", "false", true, false].includes(value as string | boolean))
      failures.push({ path: name, reason: `must be true or false; got ${JSON.stringify(value)}` });
    if (name === "namespace" && !/^(?=.{0,63}$)([a-z0-9]([-a-z0-9]*[a-z0-9])?)?$/.test(String(value)))
      failures.push({ path: name, reason: `must be the name of a namespace; got ${JSON.stringify(value)}` });
    if (name === "renderYamlToDirectory" && value !== "")
      failures.push({
        path: name,
        reason: "is not supported in the sandbox: `slipway plan --out DIR` writes the manifests",
      });
    if (name === "enableServerSideApply" && String(value) === "false")
      failures.push({
        path: name,
        reason: "must not be false in the sandbox, which only applies server-side",
      });
  }
  return failures;
}
