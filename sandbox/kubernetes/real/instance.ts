import { createHash } from "node:crypto";

/** What one instance of real nodes is called on this machine. Follows from its folder alone, so that whoever ends it needs nothing else. */
export interface InstanceNames {
  /** Eight hexadecimal digits. */
  readonly id: string;
  /** The one network interface that it adds to the machine's own. At most 15 characters, as Linux asks. */
  readonly link: string;
  /** The control group, at the top of every hierarchy, that holds all of its processes. */
  readonly cgroup: string;
}

/** The names of the instance whose nodes live in `folder` (absolute). */
export function instanceNames(folder: string): InstanceNames {
  const id = createHash("sha256").update(folder).digest("hex").slice(0, 8);
  return { id, link: `slw-${id}`, cgroup: `slipway-${id}` };
}

/** Addresses of one node. */
export interface NodeAddress {
  readonly name: string;
  /** Its own: `10.200.0.11`. */
  readonly address: string;
  /** What its pods get: `10.200.129.0/24`. */
  readonly podRange: string;
  /** What its pods see as their gateway. */
  readonly podGateway: string;
}

/** The addresses of an instance: one network of 65,536 of them, its lower half for nodes, its upper one for pods. */
export interface InstanceNetwork {
  /** The machine's own address in it; the API server listens there. */
  readonly host: string;
  /** The network of the nodes and the machine. */
  readonly nodeRange: string;
  /** Covers every node's `podRange`, and nothing else. */
  readonly podRange: string;
  readonly nodes: readonly NodeAddress[];
}

/** First and number of the networks `10.N.0.0/16` that instances choose from; rarely used at home or in clouds. */
const FIRST = 200;
const COUNT = 40;

/**
 * Chooses a network that no route of the machine leads into, the same one for the same id where it is free.
 *
 * @param taken destinations of the machine's routes, as `ip -j route` names them: `10.201.0.0/24`
 * @throws Error when all are taken
 */
export function chooseNetwork(
  id: string,
  names: readonly string[],
  taken: readonly string[],
): InstanceNetwork {
  const start = Number.parseInt(id, 16) % COUNT;
  const candidates = Array.from({ length: COUNT }, (_, index) => FIRST + ((start + index) % COUNT));
  const number = candidates.find((candidate) => !taken.some((route) => route.startsWith(`10.${candidate}.`)));
  if (number === undefined) {
    throw new Error(
      `Every network from 10.${FIRST}.0.0/16 to 10.${FIRST + COUNT - 1}.0.0/16 has a route already. Stop clusters that are not needed.`,
    );
  }
  return {
    host: `10.${number}.0.1`,
    nodeRange: `10.${number}.0.0/24`,
    podRange: `10.${number}.128.0/17`,
    nodes: names.map((name, index) => ({
      name,
      address: `10.${number}.0.${11 + index}`,
      podRange: `10.${number}.${129 + index}.0/24`,
      podGateway: `10.${number}.${129 + index}.1`,
    })),
  };
}
