import { readdirSync, readFileSync } from "node:fs";
import { run } from "../../engine/run.ts";
import { ClusterError } from "../errors.ts";
import type { InstanceNetwork } from "./instance.ts";

/** Name of the interface that a node's own address is on. */
const UPLINK = "node0";
/** The switch between machine and nodes; lives in the first node, so that it goes with it. */
const SWITCH = "switch0";

/** A node's namespaces, by the process that holds them. */
export interface Namespaces {
  /** Id of the first process of the node, as the machine sees it. */
  readonly pid: number;
}

/**
 * The lines for `ip -batch` that lay the network. The machine gets one interface, and routes through it; all else is
 * inside the nodes, and goes when they do.
 *
 * @param holders for each node of the network, in the same order
 * @returns per process whose network namespace is meant (`undefined`: the machine's own), in the order of execution
 */
export function networkPlan(
  link: string,
  network: InstanceNetwork,
  holders: readonly Namespaces[],
): readonly { readonly within: Namespaces | undefined; readonly lines: readonly string[] }[] {
  const [first] = holders;
  const width = network.nodeRange.split("/")[1];
  if (first === undefined) throw new Error("A network has one node at least.");
  const routes = (but?: number) =>
    network.nodes.flatMap(({ address, podRange }, index) =>
      index === but ? [] : [`route add ${podRange} via ${address}`],
    );
  return [
    {
      within: undefined,
      lines: [
        `link add ${link} type veth peer name machine0 netns ${first.pid}`,
        `addr add ${network.host}/${width} dev ${link}`,
        `link set ${link} up`,
      ],
    },
    {
      within: first,
      lines: [
        `link add ${SWITCH} type bridge`,
        "link set machine0 master switch0 up",
        `link set ${SWITCH} up`,
        ...holders.flatMap((holder, index) => [
          index === 0
            ? `link add ${UPLINK} type veth peer name port0`
            : `link add port${index} type veth peer name ${UPLINK} netns ${holder.pid}`,
          `link set port${index} master ${SWITCH} up`,
        ]),
      ],
    },
    ...holders.map((holder, index) => ({
      within: holder,
      lines: [
        `addr add ${network.nodes[index]?.address}/${width} dev ${UPLINK}`,
        `link set ${UPLINK} up`,
        `route add default via ${network.host}`,
        ...routes(index),
      ],
    })),
    { within: undefined, lines: routes() },
  ];
}

/** Lays the network. @throws ClusterError with the words of `ip` */
export async function layNetwork(
  link: string,
  network: InstanceNetwork,
  holders: readonly Namespaces[],
): Promise<void> {
  for (const { within, lines } of networkPlan(link, network, holders)) {
    const script = lines.join("\n");
    const enter = within ? ["nsenter", "--target", String(within.pid), "--net"] : [];
    await ip([...enter, "sh", "-c", 'printf "%s\\n" "$0" | ip -batch -', script]);
  }
}

/**
 * Lets the machine reach services by their address, through the first node.
 *
 * @returns false where another route leads there already (another instance, or a network of the user's)
 */
export async function routeServices(network: InstanceNetwork, services: string): Promise<boolean> {
  const [first] = network.nodes;
  if (first === undefined) return false;
  if ((await routedRanges()).some((route) => route === services)) return false;
  await ip(["ip", "route", "add", services, "via", first.address]);
  return true;
}

/** Destinations of the machine's routes. */
export async function routedRanges(): Promise<string[]> {
  const routes = JSON.parse(await ip(["ip", "-json", "route", "show", "table", "all"])) as { dst?: string }[];
  return routes.flatMap(({ dst }) => dst ?? []);
}

/** Removes the interface, and with it the routes; it may be gone already. */
export async function removeLink(link: string): Promise<void> {
  await run("ip", ["link", "delete", link], { env: toolEnvironment() });
}

/** The child of the process that made the namespaces: the first process within. Undefined until it is there. */
export function firstChild(pid: number): number | undefined {
  try {
    const [task = ""] = readdirSync(`/proc/${pid}/task`);
    const [child] = readFileSync(`/proc/${pid}/task/${task}/children`, "utf8")
      .trim()
      .split(" ")
      .filter(Boolean);
    return child === undefined ? undefined : Number(child);
  } catch {
    return undefined;
  }
}

/** Where the system's tools are, whatever the user's own PATH is: root's of `su` lacks the folders of `sbin`. */
export function toolEnvironment(): { PATH: string } {
  return { PATH: `${process.env.PATH ?? "/usr/bin:/bin"}:/usr/local/sbin:/usr/sbin:/sbin` };
}

async function ip(command: readonly string[]): Promise<string> {
  const [program = "", ...args] = command;
  const result = await run(program, args, { env: toolEnvironment(), timeout: 10_000 });
  if (result.code === 0) return result.stdout;
  throw new ClusterError(
    `The network of the cluster's nodes could not be laid: ${result.failure ?? result.stderr.trim()}`,
  );
}
