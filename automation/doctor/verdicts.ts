import semver from "semver";
import type { Facts } from "./facts.ts";

/** The oldest Node that runs TypeScript as it is, without a flag. */
const minimumNode = "22.18.0";

/** Something that a command needs and this machine lacks, with the line that brings it. */
interface Lack {
  readonly what: string;
  readonly remedy: string;
}

/** Whether a command would work now. */
export interface Verdict {
  readonly command: string;
  readonly works: boolean;
  readonly missing: readonly Lack[];
  /** What happens first, when it works but not at once. */
  readonly note: string | undefined;
}

/** Judges every way to use Slipway by the facts. */
export function judge(facts: Facts): Verdict[] {
  const node = nodeLacks(facts);
  const cloud = cloudLacks(facts);
  const deploying = "slipway preview|up|refresh|destroy --stack S";
  return [
    verdict("slipway plan", node),
    verdict(`${deploying} --sandbox   (or S = sandbox)`, [...node, ...engineLacks(facts)], engineNote(facts)),
    verdict("slipway sandbox kubernetes start", [...node, ...clusterLacks(facts)], clusterNote(facts)),
    verdict("slipway sandbox prometheus start", node, prometheusNote(facts)),
    verdict(deploying, [...node, ...engineLacks(facts), ...cloud], engineNote(facts)),
    verdict("pulumi preview --stack S --policy-pack policies/security", [
      ...node,
      ...plainPulumiLacks(facts),
      ...cloud,
    ]),
  ];
}

function verdict(command: string, missing: readonly Lack[], note?: string): Verdict {
  const works = missing.length === 0;
  return { command, works, missing, note: works ? note : undefined };
}

function nodeLacks({ node }: Facts): Lack[] {
  if (semver.gte(node, minimumNode)) return [];
  return [
    {
      what: `Node ${minimumNode} or newer (this is ${node})`,
      remedy: "npm install   (brings Node 24 for npx and npm run)",
    },
  ];
}

function engineLacks({ engine }: Facts): Lack[] {
  if (engine.engine || (engine.canCompile && engine.cache.free >= engine.cache.needed)) return [];
  const why = engine.canCompile ? "too little disk to build one" : "no Go to build one";
  return [
    {
      what: `a Pulumi engine (${why}; an official download is tried)`,
      remedy: "curl -fsSL https://get.pulumi.com | sh   or see https://www.pulumi.com/docs/install/",
    },
  ];
}

function engineNote({ engine }: Facts): string | undefined {
  if (engine.engine) return undefined;
  return "the first run downloads an engine, or builds one in three to four minutes";
}

function clusterLacks({ kubernetes, engine }: Facts): Lack[] {
  if (kubernetes.binary !== undefined || kubernetes.cluster !== undefined || engine.canCompile) return [];
  return [
    {
      what: "a Kubernetes cluster (no Go to build one; kind is tried)",
      remedy: "slipway sandbox kubernetes start --kubeconfig FILE --context NAME",
    },
  ];
}

function clusterNote({ kubernetes }: Facts): string | undefined {
  if (kubernetes.binary !== undefined || kubernetes.cluster !== undefined) return undefined;
  return "the first start builds Kubernetes in about five minutes";
}

function prometheusNote({ prometheus }: Facts): string | undefined {
  if (prometheus !== undefined) return undefined;
  return "the first start fetches Prometheus from Debian's packages within seconds, or builds it in about five minutes";
}

function plainPulumiLacks({ engine }: Facts): Lack[] {
  if (engine.engine?.origin === "path") return [];
  const why = engine.onPath === undefined || engine.onPath === "there is none" ? "" : `: ${engine.onPath}`;
  return [
    {
      what: `pulumi on PATH${why}`,
      remedy: "curl -fsSL https://get.pulumi.com | sh   or see https://www.pulumi.com/docs/install/",
    },
  ];
}

/** MongoDB Atlas and Vercel take their keys from the stack's configuration, so they can't be judged here. */
function cloudLacks({ login, googleCredentials }: Facts): Lack[] {
  const lacks: Lack[] = [];
  if (!login) lacks.push({ what: "a place for Pulumi's state", remedy: "pulumi login" });
  if (!googleCredentials) {
    lacks.push({ what: "Google Cloud credentials", remedy: "gcloud auth application-default login" });
  }
  return lacks;
}
