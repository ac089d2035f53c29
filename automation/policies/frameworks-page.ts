import { FRAMEWORKS } from "../../policies/core/frameworks.ts";
import { code, plain, table } from "../runbooks/markdown.ts";
import type { ListedPolicy } from "./listed.ts";

const NUMERIC = new Intl.Collator("en", { numeric: true });

function controlRows(name: keyof typeof FRAMEWORKS, policies: readonly ListedPolicy[]): string[][] {
  const byControl = Map.groupBy(
    policies.flatMap((policy) => (policy.frameworks[name] ?? []).map((control) => ({ control, policy }))),
    ({ control }) => control,
  );
  return [...byControl]
    .sort(([a], [b]) => NUMERIC.compare(a, b))
    .map(([control, those]) => [
      control,
      those.map(({ policy: { id, pack } }) => `[${code(id)}](${pack}.md#${id})`).join(", "),
    ]);
}

/** From each framework's controls to the policies that help with them. @param note what the page begins with */
export function frameworksPage(policies: readonly ListedPolicy[], note: string): string {
  const sections = (Object.keys(FRAMEWORKS) as (keyof typeof FRAMEWORKS)[]).flatMap((name) => {
    const { title, edition, url } = FRAMEWORKS[name];
    const rows = controlRows(name, policies);
    return rows.length === 0
      ? []
      : [
          `## ${name}`,
          `[${plain(title)}](${url}), ${edition}. Policies that help with ${rows.length} of its controls:`,
          table(["Control", "Policies"], rows),
        ];
  });
  const blocks = [
    "# Policies by framework",
    note,
    "Policies help with a control; none says that they are all of it. Controls that no policy helps with are not listed.",
    ...sections,
  ];
  return `${blocks.join("\n\n")}\n`;
}
