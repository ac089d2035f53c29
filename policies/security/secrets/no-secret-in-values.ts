import { each, violation } from "../../core/finding.ts";
import type { Finding, Policy } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { attempt } from "../../core/unknown.ts";
import { namesSecret } from "./env-names.ts";
import { isLiteral, secretLine } from "./secret-text.ts";

/** Keys by which charts are told where a secret is. */
const REFERS = /^existing|(ref|selector|names?)$/i;

/** What lies in a value: fields of an object, members of a list; undefined where it is neither. */
function partsOf(value: Property): [name: string, value: Property][] | undefined {
  const fields = attempt(() => value.entries());
  if (fields.unread === undefined) return fields.value;
  if (!value.known) throw fields.unread;
  const items = attempt(() => value.items());
  return items.unread === undefined ? items.value.map((one) => ["", one]) : undefined;
}

function checkValue(name: string, value: Property): readonly Finding[] {
  if (value.secret) {
    const found = violation(value, "holds a secret, which Helm keeps in the cluster with the release");
    return [{ ...found, level: "advisory" }];
  }
  const below = partsOf(value);
  if (below !== undefined) return each(below, ([key, one]) => checkValue(key || name, one));
  const text = value.text() ?? "";
  if (namesSecret(name) && !REFERS.test(name) && isLiteral(text))
    return [violation(value, "holds a secret, by its name")];
  const kind = secretLine(text);
  return kind === undefined ? [] : [violation(value, `holds what looks like ${kind}`)];
}

export const noSecretInValues: Policy = {
  id: "no-secret-in-values",
  title: "A Helm release's values must hold no secret.",
  severity: "critical",
  level: "mandatory",
  why: "Values stand in the program or beside it, and Helm keeps them with every version of the release: whoever may read it there has the secret.",
  fix: "Declare an ExternalSecret, and name it to the chart (existingSecret, or what the chart calls it).",
  example: {
    typescript: `new kubernetes.helm.v3.Release("store", {
  chart: "postgresql",
  values: { auth: { existingSecret: "store-v3" } },
});`,
  },
  frameworks: { "nsa-cisa": ["secrets"], "owasp-kubernetes": ["K08"] },
  requirements: ["P8-01"],
  types: ["kubernetes:helm.sh/v3:Release", "kubernetes:helm.sh/v4:Chart"],
  check: ({ props }) => {
    const values = props.at("values");
    return each(values.entries(), ([name, value]) => checkValue(name, value));
  },
};
