import type { AtlasCluster } from "../../components/data/atlas-cluster.ts";
import type { Rotation } from "../../components/secrets/rotation.ts";
import { Secret } from "../../components/secrets/secret.ts";
import type { SecretSource } from "../../components/secrets/source.ts";
import type { SecretVault } from "../../components/secrets/vault.ts";
import type { Context } from "./context.ts";
import type { ExternalSecret } from "./settings.ts";

/** EthixAI's ten secrets (EA-06): five of the application, five of its infrastructure. */
export interface EthixaiSecrets {
  readonly jwtAccessKey: Secret;
  readonly jwtRefreshKey: Secret;
  readonly sessionKey: Secret;
  readonly mongodbUriBackend: Secret;
  readonly mongodbUriAiCore: Secret;
  readonly sentryDsn: Secret;
  readonly smtpPassword: Secret;
  readonly ghcrToken: Secret;
  readonly pagerdutyKey: Secret;
  readonly slackToken: Secret;
}

/** Declares the ten. There is no key of object storage among them: services sign with their own identity (EA-08). */
export function declareSecrets(
  { scope, settings, inside }: Context,
  vault: SecretVault,
  database: AtlasCluster,
): EthixaiSecrets {
  const secret = (secretId: string, source: SecretSource, rotation: Rotation) =>
    new Secret(`${scope.system}-${secretId}`, { scope, vault, secretId, source, rotation }, inside);
  const external = (secretId: ExternalSecret, rotation: Rotation) => {
    // The sandbox pins none, and makes its own.
    const version = settings.secrets[secretId];
    return secret(
      secretId,
      version === undefined ? { kind: "password", length: 32 } : { kind: "pinned", version },
      rotation,
    );
  };
  return {
    jwtAccessKey: secret("jwt-access-key", { kind: "rsaKey", bits: 2048 }, { every: "180 days" }),
    jwtRefreshKey: secret("jwt-refresh-key", { kind: "rsaKey", bits: 2048 }, { every: "180 days" }),
    sessionKey: secret("session-key", { kind: "bytes", length: 32 }, { every: "90 days" }),
    mongodbUriBackend: secret(
      "mongodb-uri-backend",
      { kind: "value", value: database.connectionString("backend") },
      { by: "MongoDB Atlas" },
    ),
    mongodbUriAiCore: secret(
      "mongodb-uri-ai-core",
      { kind: "value", value: database.connectionString("ai-core") },
      { by: "MongoDB Atlas" },
    ),
    sentryDsn: external("sentry-dsn", { by: "Sentry" }),
    smtpPassword: external("smtp-password", { every: "180 days" }),
    ghcrToken: external("ghcr-token", { every: "90 days" }),
    pagerdutyKey: external("pagerduty-key", { by: "PagerDuty" }),
    slackToken: external("slack-token", { by: "Slack" }),
  };
}
