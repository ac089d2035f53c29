import type { createColors } from "picocolors";
import type { Severity } from "../../policies/core/policy.ts";
import { alignColumns } from "../sandbox/table.ts";
import { controlsOf, type ListedPolicy } from "./listed.ts";
import { exemptionText, looksText, settingsText, takesText } from "./words.ts";

type Colors = ReturnType<typeof createColors>;

function colored(severity: Severity, colors: Colors): string {
  switch (severity) {
    case "critical":
      return colors.red(colors.bold(severity));
    case "high":
      return colors.red(severity);
    case "medium":
      return colors.yellow(severity);
    case "low":
      return colors.dim(severity);
  }
}

/** What a stack makes of a policy's level: `mandatory`, or `mandatory, here disabled`. */
function levelText({ level, enforcement }: ListedPolicy): string {
  return level === enforcement ? level : `${level}, here ${enforcement}`;
}

/** What `slipway policies list` shows. */
export function renderPolicies(policies: readonly ListedPolicy[], colors: Colors): string {
  const header = ["POLICY", "PACK", "SEVERITY", "LEVEL", "WHAT MUST HOLD"].map((title) => colors.bold(title));
  const rows = policies.map((each) => [
    each.id,
    each.pack,
    colored(each.severity, colors),
    levelText(each),
    each.title,
  ]);
  return alignColumns([header, ...rows]).join("\n");
}

function indented(text: string): string {
  return text.replace(/^(?=.)/gm, "  ");
}

/** What `slipway policies show` shows. */
export function renderPolicy(policy: ListedPolicy, colors: Colors): string {
  const { id, title, pack, severity, why, fix, example, requirements, types, settings, mends } = policy;
  const section = (name: string, text: string) => [`${colors.bold(name)}\n${indented(text)}`];
  const named = controlsOf(policy).map(
    ({ title: framework, edition, url, controls }) =>
      `${framework}, ${edition}: ${controls.join(", ")}\n  ${colors.dim(url)}`,
  );
  const taken = settings.map(
    (setting) =>
      `${setting.name}: ${takesText(setting)}; default ${JSON.stringify(setting.default)}\n  ${setting.description}`,
  );
  const blocks = [
    `${colors.bold(id)}  ${pack}, ${colored(severity, colors)}, ${levelText(policy)}\n${title}`,
    ...section("Why", why),
    ...section("To mend it", fix),
    ...(example === undefined
      ? []
      : section(
          "yaml" in example ? "Complies (YAML)" : "Complies (TypeScript)",
          ("yaml" in example ? example.yaml : example.typescript).trimEnd(),
        )),
    ...(named.length === 0 ? [] : section("Helps with", named.join("\n"))),
    ...(requirements.length === 0 ? [] : section("Requirements", requirements.join(", "))),
    ...(types.length === 0 ? [] : section(`Looks ${looksText(policy)}`, types.join("\n"))),
    ...(taken.length === 0 ? [] : section("Settings", `${taken.join("\n")}\n\n${settingsText(policy)}`)),
    ...(mends
      ? section(
          "Can mend it by itself",
          `config:\n  slipway:policies:\n    enforcement:\n      ${id}: remediate`,
        )
      : []),
    ...(pack === "exemptions" ? [] : section("To exempt a resource from it", exemptionText(policy))),
  ];
  return blocks.join("\n\n");
}
