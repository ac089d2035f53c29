import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { stringify } from "yaml";

/** Name of the cluster, the user and the context in the kubeconfigs of the sandbox's own cluster. */
export const contextName = "slipway-sandbox";

/**
 * Writes a kubeconfig that holds its certificates, so that it can be copied anywhere. Mode 600.
 *
 * @param identity whose certificate of the folder `pki` it uses: "admin", "scheduler"
 */
export function writeKubeconfig(file: string, server: string, pki: string, identity: string): void {
  const data = (name: string) => readFileSync(join(pki, name)).toString("base64");
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: contextName, cluster: { server, "certificate-authority-data": data("ca.crt") } }],
    users: [
      {
        name: contextName,
        user: {
          "client-certificate-data": data(`${identity}.crt`),
          "client-key-data": data(`${identity}.key`),
        },
      },
    ],
    contexts: [{ name: contextName, context: { cluster: contextName, user: contextName } }],
    "current-context": contextName,
  };
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, stringify(config, { lineWidth: 0 }), { mode: 0o600 });
}
