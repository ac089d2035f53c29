import { HEALTH_ANNOTATION } from "./health.ts";
import type { Parts } from "./parts.ts";
import type { Variables } from "./variables.ts";

/** What stands at the head of a compose file: how to start it, what has to be there first, and what is not in it. */
export function headerText(
  system: string,
  { secrets, live }: Pick<Parts, "secrets" | "live">,
  variables: Variables,
  left: readonly string[],
  asksByScript: boolean,
): string {
  const secretLines = [...secrets.values()].map(({ path, origin }) => `${path}: ${origin}`).sort();
  const variableLines = [...variables].map(([name, why]) => `${name}: ${why}`).sort();
  return [
    `${system} on one machine, from the same declarations as its Kubernetes objects.`,
    "Written anew by every `slipway plan --out`: change the program, not this file.",
    "",
    `  docker compose -f ${system}.yaml up --wait`,
    ...section(
      "Secrets: put each value into a file of its own, without a newline after it, that the containers' users can read (chmod 444, in a folder that only you can open):",
      secretLines,
    ),
    ...section("Variables to set, in the environment or in .env:", variableLines),
    ...section(
      "Files that may be changed while everything runs, and are seen at once (the next `slipway plan --out` sets them back):",
      [...live].sort(),
    ),
    ...(asksByScript
      ? [
          "",
          "Health checks by a script need a shell in the image, and wget, curl, node or python3 (a port alone: nc or bash too).",
          `Where it has none, annotate the Deployment: ${HEALTH_ANNOTATION}: '["CMD", "/app/server", "--health"]'.`,
        ]
      : []),
    ...section("Not here, or not as in a cluster:", [
      ...left,
      "liveness probes: a container that hangs is shown as unhealthy, and not restarted; one that ends is",
    ]),
  ].join("\n");
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", title, ...lines.map((line) => `- ${line}`)];
}
