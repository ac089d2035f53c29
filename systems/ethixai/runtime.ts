import type { Bucket } from "../../components/data/bucket.ts";
import { refuse } from "../../components/errors.ts";
import type { Outside } from "../../components/kubernetes/reach.ts";
import { Edge } from "../../components/network/edge.ts";
import { Gateway } from "../../components/network/gateway.ts";
import type { Network } from "../../components/network/network.ts";
import { Frontend } from "../../components/service/frontend.ts";
import { ImageMirror } from "../../components/service/image-mirror.ts";
import { Service } from "../../components/service/service.ts";
import type { Context } from "./context.ts";
import type { EthixaiSecrets } from "./secrets.ts";
import { aiCoreFacts, backendFacts } from "./services.ts";
import {
  aiCoreVariables,
  backendVariables,
  type FrontendVariables,
  productionProblems,
  toEnvironment,
} from "./variables.ts";

/** What the services are wired to. */
export interface Wiring {
  readonly network: Network;
  readonly bucket: Bucket;
  readonly secrets: EthixaiSecrets;
}

/** What both services call outside; on Cloud Run the network lets everything out. */
const REACHES: readonly Outside[] = [
  { to: "google-apis", why: "object storage" },
  { to: "internet", ports: [443, 27_017], why: "Sentry and MongoDB Atlas" },
];

/** Where images come from: a mirror of GHCR, since Cloud Run reads no other registry. */
function declareImages({ scope, inside }: Context, secrets: EthixaiSecrets): ImageMirror {
  return new ImageMirror(
    "ethixai-images",
    { scope, upstream: "https://ghcr.io", username: "ethixai", token: secrets.ghcrToken },
    inside,
  );
}

/** The backend and the AI core that it calls (EA-01, EA-02, EA-13). */
export function declareServices(
  context: Context,
  { network, bucket, secrets }: Wiring,
): { backend: Service; aiCore: Service; images: ImageMirror } {
  const { scope, facts, settings, namespace, inside } = context;
  const images = declareImages(context, secrets);
  const place = namespace === undefined ? { network } : { namespace };
  // The sandbox runs images of its own.
  const registry = scope.environment === "sandbox" ? {} : { registry: images.prefix };
  const aiCore = new Service(
    "ethixai-ai-core",
    {
      scope,
      service: "ai-core",
      ...place,
      ...aiCoreFacts(facts, settings.runtime, settings.services["ai-core"]),
      image: settings.images["ai-core"],
      ...registry,
      environment: toEnvironment(aiCoreVariables(scope.environment, facts, { bucket: bucket.name })),
      secrets: { MONGODB_URI: secrets.mongodbUriAiCore, SENTRY_DSN: secrets.sentryDsn },
      exposure: "internal",
      reaches: REACHES,
    },
    inside,
  );
  const variables = backendVariables(scope.environment, facts, {
    aiCoreUrl: aiCore.url,
    bucket: bucket.name,
  });
  refuse("ethixai-backend", productionProblems(variables));
  const backend = new Service(
    "ethixai-backend",
    {
      scope,
      service: "backend",
      ...place,
      ...backendFacts(facts, settings.runtime, settings.services.backend),
      image: settings.images.backend,
      ...registry,
      environment: toEnvironment(variables),
      secrets: {
        MONGODB_URI: secrets.mongodbUriBackend,
        JWT_ACCESS_KEY: secrets.jwtAccessKey,
        JWT_REFRESH_KEY: secrets.jwtRefreshKey,
        SESSION_KEY: secrets.sessionKey,
        SMTP_PASSWORD: secrets.smtpPassword,
        SENTRY_DSN: secrets.sentryDsn,
      },
      exposure: "edge",
      calls: [aiCore],
      reaches: [...REACHES, { to: "internet", ports: [587], why: "mail" }],
      // Addresses of objects, valid for STORAGE_SIGNED_URL_TTL_SECONDS.
      signs: true,
    },
    inside,
  );
  for (const service of [backend, aiCore]) bucket.allow(service.service, service.member);
  return { backend, aiCore, images };
}

/** The way in, before the backend: a load balancer of its own, or a Gateway where it runs in a cluster. */
export function declareEdge(
  { scope, facts, namespace, settings, inside }: Context,
  backend: Service,
): Edge | Gateway {
  const domain = facts.domains.api;
  const rateLimit = { requests: 300, perSeconds: 60 };
  if (namespace === undefined) {
    return new Edge("ethixai-edge", { scope, domain, service: backend, rateLimit }, inside);
  }
  return new Gateway(
    "ethixai-gateway",
    {
      scope,
      namespace,
      domain,
      certificate: { issuer: settings.certificateIssuer },
      routes: [{ path: "/", service: backend.routed }],
      rateLimit: { ...rateLimit, by: "address" },
    },
    inside,
  );
}

/** The frontend, on Vercel (EA-01, EA-13). */
export function declareFrontend(
  { scope, facts, settings, inside }: Context,
  edge: Pick<Edge, "url">,
  secrets: EthixaiSecrets,
): Frontend {
  const variables: FrontendVariables = {
    NEXT_PUBLIC_BACKEND_URL: edge.url,
    // A DSN only lets events in; Sentry means it to be public.
    NEXT_PUBLIC_SENTRY_DSN: secrets.sentryDsn.value,
    NEXT_PUBLIC_ENVIRONMENT: scope.environment,
  };
  return new Frontend(
    "ethixai-frontend",
    {
      scope,
      service: "frontend",
      domain: facts.domains.app,
      repository: settings.repository,
      folder: "frontend",
      environment: toEnvironment(variables),
    },
    inside,
  );
}
