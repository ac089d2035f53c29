import type { Mongo } from "../../components/data/mongo.ts";
import type { Redis } from "../../components/data/redis.ts";
import { RuntimeFlags } from "../../components/flags/runtime-flags.ts";
import { Gateway } from "../../components/network/gateway.ts";
import type { Secret } from "../../components/secrets/secret.ts";
import { Service } from "../../components/service/service.ts";
import type { Context } from "./context.ts";
import { FLAGS, SETTINGS } from "./flags.ts";
import { backendFacts, frontendFacts } from "./services.ts";

/** What the backend is wired to. */
export interface Wiring {
  readonly redis: Redis;
  readonly mongo: Mongo;
  readonly modelKey: Secret;
}

/** The image that a stack names, and its registry; the sandbox runs images of its own. */
function image({ settings }: Context, name: "backend" | "frontend") {
  const { registry, images } = settings;
  return { image: images[name], ...(registry === undefined ? {} : { registry }) };
}

/** Flags that are turned while everything runs, and typed settings (OS-03). */
export function declareFlags({ scope, namespace, inside }: Context): RuntimeFlags {
  return new RuntimeFlags(
    "onesource-flags",
    { scope, namespace, name: "onesource", flags: FLAGS, settings: SETTINGS },
    inside,
  );
}

/** The API, which calls both stores and the model (OS-01, OS-02). */
export function declareBackend(context: Context, wiring: Wiring, flags: RuntimeFlags): Service {
  const { scope, facts, namespace, inside } = context;
  const { redis, mongo, modelKey } = wiring;
  return new Service(
    "onesource-backend",
    {
      scope,
      service: "backend",
      namespace,
      ...backendFacts(facts, scope.environment),
      ...image(context, "backend"),
      environment: {
        ENVIRONMENT: scope.environment,
        LOG_LEVEL: facts.logLevel,
        ...redis.environment,
        ...mongo.environment,
      },
      secrets: { REDIS_PASSWORD: redis.password, MONGO_PASSWORD: mongo.password, LLM_API_KEY: modelKey },
      exposure: "edge",
      calls: [redis, mongo],
      reaches: [{ to: "internet", ports: [443], why: "the model's API" }],
      flags,
    },
    inside,
  );
}

/** The pages, which call the API from the browser (OS-01). */
export function declareFrontend(context: Context): Service {
  const { scope, facts, namespace, inside } = context;
  return new Service(
    "onesource-frontend",
    {
      scope,
      service: "frontend",
      namespace,
      ...frontendFacts(facts, scope.environment),
      ...image(context, "frontend"),
      environment: { ENVIRONMENT: scope.environment, API_URL: `https://${facts.domain}` },
      secrets: {},
      exposure: "edge",
    },
    inside,
  );
}

/** The way in, with a limit for each user (OS-01, OS-09). */
export function declareGateway(context: Context, backend: Service, frontend: Service): Gateway {
  const { scope, facts, settings, namespace, inside } = context;
  return new Gateway(
    "onesource-gateway",
    {
      scope,
      namespace,
      domain: facts.domain,
      certificate: { issuer: settings.certificateIssuer },
      routes: [
        { path: "/chat", service: backend.routed },
        // A page is many requests; a question is one.
        { path: "/", service: frontend.routed, limited: false },
      ],
      rateLimit: { requests: 30, perSeconds: 60, by: { header: "x-user-id" } },
    },
    inside,
  );
}
