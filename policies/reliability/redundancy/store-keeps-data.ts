import { z } from "zod";
import { adviceOutsideProduction } from "../../core/environment.ts";
import { parts, violation } from "../../core/finding.ts";
import type { Context, Finding, Policy, Subject } from "../../core/policy.ts";
import { podSpec } from "../../kubernetes.ts";
import { DEPLOYMENT, STATEFUL_SET } from "../../types.ts";

const SETTINGS = z.strictObject({
  databases: z
    .array(z.string())
    .default([
      "postgres",
      "postgresql",
      "mysql",
      "mariadb",
      "mongo",
      "mongodb",
      "cassandra",
      "cockroach",
      "elasticsearch",
      "opensearch",
      "kafka",
      "rabbitmq",
      "etcd",
      "influxdb",
      "neo4j",
      "minio",
    ])
    .describe("Names of images, without registry, folder and tag, of what must keep what it is given."),
  caches: z
    .array(z.string())
    .default(["redis", "valkey", "keydb"])
    .describe("Names of images of what may be a cache, so that keeping nothing is only spoken of."),
});

/** `docker.io/library/mongo:8.0@sha256:…` is `mongo`. */
function imageName(image: string): string {
  const bare = image.split("@")[0] as string;
  return bare.slice(bare.lastIndexOf("/") + 1).split(":")[0] as string;
}

function check(workload: Subject, context: Context): Finding | undefined {
  const { databases, caches } = context.settings(SETTINGS);
  const spec = podSpec(workload);
  const containers = spec.at("containers").items();
  const store = containers.find((container) =>
    [...databases, ...caches].includes(imageName(container.at("image").text() ?? "")),
  );
  if (store === undefined) return undefined;
  const claims = workload.props.at("spec", "volumeClaimTemplates").items().length;
  const lasting = spec
    .at("volumes")
    .items()
    .some((volume) =>
      ["persistentVolumeClaim", "csi", "nfs", "iscsi", "gcePersistentDisk", "hostPath"].some(
        (kind) => volume.at(kind).present,
      ),
    );
  if (claims > 0 || lasting) return undefined;
  const name = imageName(store.at("image").text() ?? "");
  const found = violation(
    store.at("image"),
    `is ${name}, and the pods have no persistent volume: what it holds ends with the pod`,
  );
  return caches.includes(name) ? { ...found, level: "advisory" } : found;
}

export const storeKeepsData: Policy = {
  id: "store-keeps-data",
  title: "A store in Kubernetes should keep its data on a persistent volume; in production it must.",
  severity: "critical",
  level: "mandatory",
  why: "A pod is moved whenever its node is upgraded: without a volume of its own the data ends there.",
  fix: 'Use a StatefulSet with volumeClaimTemplates. What is a cache belongs into the setting "caches".',
  example: {
    yaml: `apiVersion: apps/v1
kind: StatefulSet
spec:
  template:
    spec:
      containers:
        - name: store
          image: docker.io/library/mongo:8.0
          volumeMounts: [{ name: data, mountPath: /data/db }]
  volumeClaimTemplates:
    - metadata: { name: data }
      spec:
        accessModes: [ReadWriteOnce]
        resources: { requests: { storage: 50Gi } }`,
  },
  requirements: ["OS-01"],
  settings: SETTINGS,
  types: [DEPLOYMENT, STATEFUL_SET],
  check: (workload, context) =>
    adviceOutsideProduction(
      workload,
      parts(() => check(workload, context)),
    ),
};
