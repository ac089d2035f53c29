import type { Input, Output } from "@pulumi/pulumi";
import type { Callee } from "../kubernetes/reach.ts";
import type { Secret } from "../secrets/secret.ts";

/** A Redis, whoever keeps it and wherever it runs. */
export interface RedisStore extends Callee {
  readonly host: Output<string>;
  readonly port: Output<number>;
  /** Whether it speaks TLS, and nothing else. */
  readonly tls: boolean;
  /** Certificates, in PEM, of who signed its own: public. Undefined without TLS. */
  readonly certificate: Output<string> | undefined;
  readonly password: Secret;
  /**
   * Plain settings of a service that calls it: `REDIS_HOST`, `REDIS_PORT`, `REDIS_TLS`, and with TLS `REDIS_TLS_CA`. The
   * password is not among them: name it among the service's `secrets`.
   */
  readonly environment: Readonly<Record<string, Input<string>>>;
}

/** See {@link RedisStore.environment}. */
export function redisEnvironment({
  host,
  port,
  tls,
  certificate,
}: Pick<RedisStore, "host" | "port" | "tls" | "certificate">): Record<string, Input<string>> {
  return {
    REDIS_HOST: host,
    REDIS_PORT: port.apply(String),
    REDIS_TLS: String(tls),
    ...(certificate === undefined ? {} : { REDIS_TLS_CA: certificate }),
  };
}
