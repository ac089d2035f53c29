import * as pulumi from "@pulumi/pulumi";
import { Channels } from "../../components/alerting/channels.ts";
import { AtlasCluster } from "../../components/data/atlas-cluster.ts";
import { Bucket } from "../../components/data/bucket.ts";
import { refuse } from "../../components/errors.ts";
import { CiIdentity } from "../../components/identity/ci-identity.ts";
import { Foundation } from "../../components/identity/foundation.ts";
import { Edge } from "../../components/network/edge.ts";
import { Network } from "../../components/network/network.ts";
import { newScope, type Scope } from "../../components/scope.ts";
import { SecretVault } from "../../components/secrets/vault.ts";
import { Frontend } from "../../components/service/frontend.ts";
import { ImageMirror } from "../../components/service/image-mirror.ts";
import { Service } from "../../components/service/service.ts";
import type { StackFacts, System } from "../system.ts";
import { ENVIRONMENTS } from "./environments.ts";
import { declareSecrets } from "./secrets.ts";
import { aiCoreFacts, backendFacts } from "./services.ts";
import { type EthixaiSettings, ethixaiSettings } from "./settings.ts";
import {
  aiCoreVariables,
  backendVariables,
  DATABASE,
  type FrontendVariables,
  productionProblems,
  toEnvironment,
} from "./variables.ts";

/** Second region: object storage is held there too (EA-05), and the fallback copies of secrets (EA-06). */
const SECOND_REGION = "us-west2";

/** EthixAI: frontend on Vercel, backend and AI core on Cloud Run, MongoDB Atlas, Secret Manager, object storage. */
class Ethixai extends pulumi.ComponentResource {
  readonly outputs: Record<string, pulumi.Input<unknown>>;

  constructor(stack: StackFacts, settings: EthixaiSettings) {
    super("slipway:system:Ethixai", "ethixai");
    const inner = { parent: this };
    const { environment, region } = stack;
    const facts = ENVIRONMENTS[environment];
    const project = settings.project ?? `ethixai-${environment}`;
    const bare = newScope({ system: "ethixai", environment, project, region });
    const scope: Scope = new Foundation("ethixai-foundation", { scope: bare }, inner).ready;

    const network = new Network("ethixai-network", { scope }, inner);
    const database = new AtlasCluster(
      "ethixai-database",
      {
        scope,
        organization: settings.atlasOrganization,
        tier: "M10",
        nodes: 3,
        backup: {
          rpo: "15 min",
          rto: "1 h",
          snapshotEvery: "12 h",
          keep: "30 days",
          restoreWindow: "7 days",
        },
        access: { services: network.egressAddress },
        database: DATABASE,
        users: { backend: "readWrite", "ai-core": "readWrite" },
      },
      inner,
    );
    const bucket = new Bucket(
      "ethixai-objects",
      {
        scope,
        location: { kind: "dualRegion", regions: [region, SECOND_REGION] },
        versions: 10,
        coldlineAfter: "30 days",
      },
      inner,
    );
    const vault = new SecretVault("ethixai-vault", { scope, fallbackRegion: SECOND_REGION }, inner);
    const secrets = declareSecrets({
      scope,
      vault,
      parent: this,
      connectionString: (user) => database.connectionString(user),
      versions: settings.secrets,
    });
    const mirror = new ImageMirror(
      "ethixai-images",
      { scope, upstream: "https://ghcr.io", username: "ethixai", token: secrets.ghcrToken },
      inner,
    );
    // The sandbox runs images of its own, which no registry holds.
    const image = (name: string) =>
      environment === "sandbox" ? name : pulumi.interpolate`${mirror.prefix}/${name}`;

    const aiCore = new Service(
      "ethixai-ai-core",
      {
        scope,
        service: "ai-core",
        network,
        ...aiCoreFacts(facts, settings.services["ai-core"]),
        image: image(settings.images["ai-core"]),
        environment: toEnvironment(aiCoreVariables(environment, facts, { bucket: bucket.name })),
        secrets: { MONGODB_URI: secrets.mongodbUriAiCore, SENTRY_DSN: secrets.sentryDsn },
        exposure: "internal",
      },
      inner,
    );
    const variables = backendVariables(environment, facts, { aiCoreUrl: aiCore.url, bucket: bucket.name });
    refuse("ethixai-backend", productionProblems(variables));
    const backend = new Service(
      "ethixai-backend",
      {
        scope,
        service: "backend",
        network,
        ...backendFacts(facts, settings.services.backend),
        image: image(settings.images.backend),
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
      },
      inner,
    );
    for (const service of [backend, aiCore]) bucket.allow(service.service, service.member);

    const edge = new Edge(
      "ethixai-edge",
      { scope, domain: facts.domains.api, service: backend, rateLimit: { requests: 300, perSeconds: 60 } },
      inner,
    );
    const frontend = new Frontend(
      "ethixai-frontend",
      {
        scope,
        service: "frontend",
        domain: facts.domains.app,
        repository: settings.repository,
        folder: "frontend",
        environment: toEnvironment({
          NEXT_PUBLIC_BACKEND_URL: edge.url,
          // A DSN only lets events in; Sentry means it to be public.
          NEXT_PUBLIC_SENTRY_DSN: secrets.sentryDsn.value,
          NEXT_PUBLIC_ENVIRONMENT: environment,
        } satisfies FrontendVariables),
      },
      inner,
    );
    new Channels(
      "ethixai-channels",
      {
        scope,
        pagerduty: secrets.pagerdutyKey,
        slack: { channel: facts.slackChannel, token: secrets.slackToken },
        email: facts.alertsEmail,
      },
      inner,
    );
    const ci = new CiIdentity(
      "ethixai-ci",
      { scope, repository: settings.repository, services: [backend, aiCore] },
      inner,
    );

    this.outputs = {
      services: Object.fromEntries(
        [backend, aiCore].map((service) => [
          service.service,
          { url: service.url, revision: service.revision },
        ]),
      ),
      frontend: frontend.url,
      edge: { url: edge.url, address: edge.address },
      database: database.clusterName,
      bucket: bucket.name,
      ci: { provider: ci.provider, serviceAccount: ci.serviceAccount },
    };
    this.registerOutputs(this.outputs);
  }
}

/** See {@link Ethixai}. */
export const ethixai: System<EthixaiSettings> = {
  settings: ethixaiSettings,
  declare: (stack, settings) => new Ethixai(stack, settings).outputs,
};
