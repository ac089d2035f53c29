import * as pulumi from "@pulumi/pulumi";
import { Monitoring } from "../../components/alerting/monitoring.ts";
import { CiIdentity } from "../../components/identity/ci-identity.ts";
import { Foundation } from "../../components/identity/foundation.ts";
import { Namespace } from "../../components/kubernetes/namespace.ts";
import { Network } from "../../components/network/network.ts";
import { newScope } from "../../components/scope.ts";
import { SecretVault } from "../../components/secrets/vault.ts";
import { clusterProvider } from "../cluster.ts";
import type { StackFacts, System } from "../system.ts";
import { ETHIXAI_ALERTS, uptimeChecks } from "./alerts.ts";
import { type Context, SECOND_REGION } from "./context.ts";
import { declareDatabase, declareObjects } from "./data.ts";
import { ENVIRONMENTS } from "./environments.ts";
import { escalation } from "./escalation.ts";
import { RUNBOOKS } from "./runbooks.ts";
import { declareEdge, declareFrontend, declareServices } from "./runtime.ts";
import { declareSecrets } from "./secrets.ts";
import { type EthixaiSettings, ethixaiSettings } from "./settings.ts";
import { declareSmoke, SMOKE, SMOKE_ALERT, SMOKE_JOB } from "./smoke.ts";

/** EthixAI: frontend on Vercel, backend and AI core on Cloud Run, MongoDB Atlas, Secret Manager, object storage. */
class Ethixai extends pulumi.ComponentResource {
  readonly outputs: Record<string, pulumi.Input<unknown>>;

  constructor(stack: StackFacts, settings: EthixaiSettings) {
    const clusters = settings.runtime === "kubernetes" ? [clusterProvider("ethixai", stack)] : [];
    super("slipway:system:Ethixai", "ethixai", {}, { providers: clusters });
    const { environment, region, ledger } = stack;
    const inside = { parent: this };
    const facts = ENVIRONMENTS[environment];
    const project = settings.project ?? `ethixai-${environment}`;
    const bare = newScope({ system: "ethixai", environment, project, region, ledger });
    const scope = new Foundation("ethixai-foundation", { scope: bare }, inside).ready;
    const namespace =
      settings.runtime === "kubernetes"
        ? new Namespace("ethixai-namespace", { scope, namespace: "ethixai" }, inside)
        : undefined;
    const context: Context = { scope, facts, settings, namespace, inside };

    const network = new Network("ethixai-network", { scope }, inside);
    const database = declareDatabase(context, network);
    const bucket = declareObjects(context);
    const vault = new SecretVault("ethixai-vault", { scope, fallbackRegion: SECOND_REGION }, inside);
    const secrets = declareSecrets(context, vault, database);
    const { backend, aiCore, images } = declareServices(context, { network, bucket, secrets });
    const edge = declareEdge(context, backend);
    const frontend = declareFrontend(context, edge, secrets);
    const smoke = declareSmoke(context, images, edge);
    const services = [backend, aiCore];
    new Monitoring(
      "ethixai-monitoring",
      {
        scope,
        services,
        ...(namespace === undefined ? {} : { namespace }),
        alerts: smoke === undefined ? ETHIXAI_ALERTS : [...ETHIXAI_ALERTS, SMOKE_ALERT],
        uptime: uptimeChecks(facts),
        smoke: smoke === undefined ? SMOKE : { ...SMOKE, job: SMOKE_JOB },
        escalation: escalation(facts, secrets),
        runbooks: RUNBOOKS,
        ...(stack.runbooks === undefined ? {} : { runbookBase: stack.runbooks }),
        channels: { aliases: [{ name: "ethixai-channels", parent: this }] },
      },
      inside,
    );
    const { repository } = settings;
    const ci = new CiIdentity("ethixai-ci", { scope, repository, services, images }, inside);
    namespace?.allowRelease("ci", ci.serviceAccount);
    namespace?.seal();

    this.outputs = {
      services: Object.fromEntries(
        services.map(({ service, url, revision }) => [service, { url, revision }]),
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
