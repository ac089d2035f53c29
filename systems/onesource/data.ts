import { Mongo } from "../../components/data/mongo.ts";
import { Redis } from "../../components/data/redis.ts";
import type { Context } from "./context.ts";

/** The conversation store, with persistence (OS-01). */
export function declareRedis({ scope, facts, namespace, vault, inside }: Context): Redis {
  const { memory, storage } = facts.redis;
  return new Redis(
    "onesource-redis",
    {
      scope,
      namespace,
      vault,
      service: "redis",
      runtime: "kubernetes",
      memory,
      persistence: { size: storage },
      rotation: { every: "180 days" },
    },
    inside,
  );
}

/** What takes the conversations when Redis can't (OS-01, OS-08). */
export function declareMongo({ scope, facts, namespace, vault, inside }: Context): Mongo {
  const { memory, storage } = facts.mongo;
  return new Mongo(
    "onesource-mongo",
    {
      scope,
      namespace,
      vault,
      service: "mongo",
      memory,
      persistence: { size: storage },
      rotation: { every: "180 days" },
    },
    inside,
  );
}
