import { tmpdir } from "node:os";
import { dirname } from "node:path";
import { ensureComposeLoader, findComposeLoader } from "../compose/loader.ts";
import { ensureEngine, findEngine } from "../engine/index.ts";
import { ensureEngineTool, findEngineTool } from "../engines/tools.ts";
import { ensureDashboardLoader, findDashboardLoader } from "../grafana/loader.ts";
import { ensureDefinitions, findDefinitions } from "../kubernetes/definitions.ts";
import { ensureKubebox, findKubebox } from "../kubernetes/kubebox.ts";
import { ensurePods } from "../kubernetes/real/ensure.ts";
import { sandboxImages } from "../kubernetes/real/images.ts";
import { podsPossible } from "../kubernetes/real/possible.ts";
import { redisImage } from "../kubernetes/real/redis.ts";
import { ensurePostgresql, findPostgresql, postgresIn } from "../postgresql/tools.ts";
import type { Report } from "../progress.ts";
import { ensurePrometheus, findPrometheus } from "../prometheus/tools.ts";
import { ensureStorageServer, findStorageServer } from "../storage/server.ts";

/** Something that tests need and that is costly to make: it is made once per user and kept in a cache. */
export interface Part {
  readonly name: string;
  /** What it is, in a few words. */
  readonly what: string;
  /** Whether some machines can't have it: it fails only where it is asked for by name. */
  readonly optional?: boolean;
  /** Where it is; undefined where it is missing. Makes nothing. */
  readonly find: () => Promise<string | undefined>;
  /** Makes it where it is missing. @returns where it is */
  readonly make: (report: Report) => Promise<string>;
}

/** Every part, in the order in which they are made. */
export const PARTS: readonly Part[] = [
  {
    name: "engine",
    what: "the Pulumi engine",
    find: async () => (await findEngine())?.pulumi,
    make: async (report) => (await ensureEngine({ report })).pulumi,
  },
  {
    name: "kubernetes",
    what: "a Kubernetes control plane with fake nodes, and the definitions of custom resources",
    find: async () => ((await findDefinitions()) === undefined ? undefined : await findKubebox()),
    make: async (report) => {
      await ensureDefinitions({ report });
      return await ensureKubebox({ report });
    },
  },
  {
    name: "compose",
    what: "the loader of docker compose config, without Docker",
    find: async () => await findComposeLoader(),
    make: async (report) => await ensureComposeLoader({ report }),
  },
  {
    name: "prometheus",
    what: "Prometheus and the Alertmanager, with promtool and amtool",
    find: async () => (await findPrometheus())?.prometheus,
    make: async (report) => (await ensurePrometheus({ report })).prometheus,
  },
  {
    name: "grafana",
    what: "Grafana's own types of dashboards, which check them",
    find: async () => await findDashboardLoader(),
    make: async (report) => await ensureDashboardLoader({ report }),
  },
  {
    name: "storage",
    what: "a server of Google Cloud Storage's API, for what is kept in a bucket",
    find: async () => await findStorageServer(),
    make: async (report) => await ensureStorageServer({ report }),
  },
  {
    name: "postgresql",
    what: "a PostgreSQL server, for the toggles of a cohort's users",
    find: async () => {
      const tools = await findPostgresql();
      return tools && postgresIn(tools);
    },
    make: async (report) => postgresIn(await ensurePostgresql({ report })),
  },
  {
    name: "argo-rollouts",
    what: "Argo Rollouts' controller, which carries out releases beside a cluster",
    find: async () => await findEngineTool("argo-rollouts"),
    make: async (report) => await ensureEngineTool("argo-rollouts", { report }),
  },
  {
    name: "traefik",
    what: "Traefik, which shares out a cluster's requests as Ingresses say",
    find: async () => await findEngineTool("traefik"),
    make: async (report) => await ensureEngineTool("traefik", { report }),
  },
  {
    name: "pods",
    what: "what runs pods on this machine: containerd and its plugins (by apt, as root), and images",
    optional: true,
    find: async () => ((await podsPossible(tmpdir())).possible ? await redisImage() : undefined),
    make: async (report) => {
      await ensurePods({ report, folder: tmpdir() });
      return await sandboxImages({ report });
    },
  },
];

/** The parts of these names, which are not optional then; all where none is named. @throws Error that lists the names there are */
export function partsNamed(names: readonly string[], parts: readonly Part[] = PARTS): readonly Part[] {
  const unknown = names.find((name) => !parts.some((part) => part.name === name));
  if (unknown !== undefined) {
    const known = parts.map(({ name }) => name).join(", ");
    throw new Error(`there is no part "${unknown}". Parts: ${known}.`);
  }
  if (names.length === 0) return parts;
  return parts.filter(({ name }) => names.includes(name)).map((part) => ({ ...part, optional: false }));
}

/**
 * Makes parts one after another; one that fails keeps none of the others from being made.
 * An optional one that can't be had is reported, and is no failure.
 *
 * @param say gets a line for each part: where it is, and how long it took
 * @returns names of those that failed
 */
export async function makeParts(
  parts: readonly Part[],
  report: Report,
  say: Report,
): Promise<readonly string[]> {
  const failed: string[] = [];
  for (const part of parts) {
    const started = performance.now();
    try {
      const there = await part.find();
      const where = there ?? (await part.make((line) => report(`${part.name}: ${line}`)));
      const seconds = Math.round((performance.now() - started) / 1000);
      say(
        `${part.name}: ${there === undefined ? `made in ${seconds} s` : "there already"}, ${dirname(where)}`,
      );
    } catch (error) {
      if (error instanceof Error && error.name === "InterruptedError") throw error;
      if (!part.optional) failed.push(part.name);
      report(`${part.name}: ${error instanceof Error ? error.message : error}`);
    }
  }
  return failed;
}
