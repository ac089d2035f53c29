import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

/** A pack that a team outside wrote with Pulumi's own SDK. */
export const HOUSE = `
const { PolicyPack } = require("@pulumi/policy");
new PolicyPack("house", {
  enforcementLevel: "mandatory",
  policies: [
    {
      name: "says-whose",
      description: "A resource must say whose it is.",
      severity: "low",
      remediationSteps: "Set labels.team.",
      configSchema: { properties: { label: { type: "string", default: "team" } } },
      validateResource: (args, report) => {
        const { label } = args.getConfig();
        if (args.type.startsWith("gcp:storage") && !args.props.labels?.[label]) report("labels." + label + " is not set");
      },
    },
    {
      name: "pinned-image",
      description: "It has the name of one of ours.",
      enforcementLevel: "advisory",
      validateResource: (args, report) => args.props.location === "US" && report("it is in the US"),
    },
    {
      name: "few",
      description: "There must be few.",
      validateStack: (args, report) => {
        const buckets = args.resources.filter(({ type }) => type.startsWith("gcp:storage"));
        if (buckets.length > 1) report("there are " + buckets.length, buckets[1].urn);
      },
    },
    { name: "off", description: "It is off.", enforcementLevel: "disabled", validateResource: (args, report) => report("no") },
  ],
});
`;

const NODE_MODULES = fileURLToPath(new URL("../../../../node_modules", import.meta.url));

/** A folder with a pack, deleted when the test ends. @param main its program; undefined: there is none */
export function packIn(main: string, manifest = "runtime: nodejs\n"): string {
  const folder = mkdtempSync(join(tmpdir(), "slipway-pack-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  symlinkSync(NODE_MODULES, join(folder, "node_modules"));
  writeFileSync(join(folder, "package.json"), '{"name": "house", "version": "0.1.0", "main": "index.js"}');
  writeFileSync(join(folder, "index.js"), main);
  if (manifest !== "") writeFileSync(join(folder, "PulumiPolicy.yaml"), manifest);
  return folder;
}
