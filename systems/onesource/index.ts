import * as pulumi from "@pulumi/pulumi";
import { Monitoring } from "../../components/alerting/monitoring.ts";
import { Foundation } from "../../components/identity/foundation.ts";
import { Namespace } from "../../components/kubernetes/namespace.ts";
import { newScope } from "../../components/scope.ts";
import { SecretVault } from "../../components/secrets/vault.ts";
import { clusterProvider } from "../cluster.ts";
import type { StackFacts, System } from "../system.ts";
import { ONESOURCE_ALERTS } from "./alerts.ts";
import type { Context } from "./context.ts";
import { declareMongo, declareRedis } from "./data.ts";
import { ENVIRONMENTS } from "./environments.ts";
import { onesourceEscalation } from "./escalation.ts";
import { RUNBOOKS } from "./runbooks.ts";
import { declareBackend, declareFlags, declareFrontend, declareGateway } from "./runtime.ts";
import { declareModelKey } from "./secrets.ts";
import { type OnesourceSettings, onesourceSettings } from "./settings.ts";

/** Region of the fallback copies of secrets, away from the system's own. */
const SECOND_REGION = "us-west2";

/** ONESource: backend and frontend on Kubernetes, Redis with persistence, MongoDB as the fallback, flags as kill switches. */
class Onesource extends pulumi.ComponentResource {
  readonly outputs: Record<string, pulumi.Input<unknown>>;

  constructor(stack: StackFacts, settings: OnesourceSettings) {
    const cluster = clusterProvider("onesource", stack);
    super("slipway:system:Onesource", "onesource", {}, { providers: [cluster] });
    const inside = { parent: this };
    const { environment, region, ledger } = stack;
    const facts = ENVIRONMENTS[environment];
    const project = settings.project ?? `onesource-${environment}`;
    const bare = newScope({ system: "onesource", environment, project, region, ledger });
    const scope = new Foundation("onesource-foundation", { scope: bare }, inside).ready;
    const vault = new SecretVault("onesource-vault", { scope, fallbackRegion: SECOND_REGION }, inside);
    const namespace = new Namespace("onesource-namespace", { scope, namespace: "onesource" }, inside);
    const context: Context = { scope, facts, settings, namespace, vault, inside };

    const redis = declareRedis(context);
    const mongo = declareMongo(context);
    const modelKey = declareModelKey(context);
    const flags = declareFlags(context);
    const backend = declareBackend(context, { redis, mongo, modelKey }, flags);
    const frontend = declareFrontend(context);
    const gateway = declareGateway(context, backend, frontend);
    new Monitoring(
      "onesource-monitoring",
      {
        scope,
        namespace,
        services: [backend, frontend],
        alerts: ONESOURCE_ALERTS,
        escalation: onesourceEscalation(facts),
        runbooks: RUNBOOKS,
        ...(stack.runbooks === undefined ? {} : { runbookBase: stack.runbooks }),
      },
      inside,
    );
    namespace.seal();

    this.outputs = {
      services: Object.fromEntries(
        [backend, frontend].map(({ service, url, revision }) => [service, { url, revision }]),
      ),
      edge: { url: gateway.url, address: gateway.address },
      namespace: namespace.ready,
    };
    this.registerOutputs(this.outputs);
  }
}

/** See {@link Onesource}. */
export const onesource: System<OnesourceSettings> = {
  settings: onesourceSettings,
  declare: (stack, settings) => new Onesource(stack, settings).outputs,
};
