import { Mongo, type MongoArgs } from "../../../components/data/mongo.ts";
import { Redis, type RedisArgs } from "../../../components/data/redis.ts";
import { Namespace } from "../../../components/kubernetes/namespace.ts";
import { Network } from "../../../components/network/network.ts";
import type { Scope } from "../../../components/scope.ts";
import { SecretVault } from "../../../components/secrets/vault.ts";
import { declare, refusal, testScope } from "../../support/declare.ts";

// biome-ignore lint/suspicious/noExplicitAny: a plan's inputs are JSON of any shape
export type Loose = any;

/** What stores need: a namespace, a network, a vault. */
function surroundings(scope: Scope) {
  return {
    scope,
    namespace: new Namespace("shop-namespace", { scope, namespace: "shop" }),
    network: new Network("shop-network", { scope }),
    vault: new SecretVault("shop-vault", { scope, fallbackRegion: "us-west2" }),
  };
}

type Surroundings = ReturnType<typeof surroundings>;

/** Arguments that are right for both runtimes: one word differs. */
const goodRedis = {
  service: "redis",
  runtime: "kubernetes",
  memory: "1 GiB",
  persistence: { size: "4 GiB" },
} as const;

const goodMongo = { service: "mongo", memory: "2 GiB", persistence: { size: "20 GiB" } } as const;

function program(scope: Scope, make: (around: Surroundings) => unknown): () => void {
  return () => {
    const around = surroundings(scope);
    make(around);
    around.namespace.seal();
  };
}

/** What a store and its surroundings declare. */
export function declaredWith(make: (around: Surroundings) => unknown, scope = testScope()) {
  return declare(program(scope, make));
}

/** What a store is refused with. */
function refusalWith(make: (around: Surroundings) => unknown): Promise<string> {
  return refusal(program(testScope(), make));
}

export const redisDeclared = (change: Partial<RedisArgs> = {}, scope = testScope()) =>
  declaredWith((around) => new Redis("shop-redis", { ...around, ...goodRedis, ...change }), scope);

export const redisRefusal = (change: object) =>
  refusalWith((around) => new Redis("shop-redis", { ...around, ...goodRedis, ...change }));

export const mongoDeclared = (change: Partial<MongoArgs> = {}, scope = testScope()) =>
  declaredWith((around) => new Mongo("shop-mongo", { ...around, ...goodMongo, ...change }), scope);

export const mongoRefusal = (change: object) =>
  refusalWith((around) => new Mongo("shop-mongo", { ...around, ...goodMongo, ...change }));

export const kind = {
  statefulSet: "kubernetes:apps/v1:StatefulSet",
  service: "kubernetes:core/v1:Service",
  config: "kubernetes:core/v1:ConfigMap",
  budget: "kubernetes:policy/v1:PodDisruptionBudget",
  policy: "kubernetes:networking.k8s.io/v1:NetworkPolicy",
  quota: "kubernetes:core/v1:ResourceQuota",
  external: "kubernetes:external-secrets.io/v1:ExternalSecret",
  instance: "gcp:redis/instance:Instance",
} as const;
