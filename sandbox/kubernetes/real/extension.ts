import type { ClusterExtension } from "../cluster.ts";
import { type ImageOptions, sandboxImages } from "./images.ts";
import { prepareNodes, startNodes } from "./nodes.ts";
import { redisImage } from "./redis.ts";

/**
 * Two nodes on which pods really run, for `startCluster`: made and begun when it is called, which is when nothing of an
 * earlier start is left. `stopNodes` ends what it made.
 *
 * @throws ClusterError where pods can't run on this machine, with what helps
 */
export async function realNodes(folder: string, options: ImageOptions = {}): Promise<ClusterExtension> {
  const redis = await redisImage(options);
  const archives = [await sandboxImages(options), ...(redis === undefined ? [] : [redis])];
  const { report } = options;
  const prepared = await prepareNodes({ folder, archives, ...(report && { report }) });
  return {
    level: "real",
    host: prepared.network.host,
    nodes: prepared.network.nodes.map(({ name }) => name),
    start: async (plane) => {
      await startNodes(prepared, plane);
    },
  };
}
