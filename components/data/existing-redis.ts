import * as gcp from "@pulumi/gcp";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "../component.ts";
import { refuse } from "../errors.ts";
import { nameProblem } from "../kubernetes/names.ts";
import type { Destination } from "../kubernetes/reach.ts";
import { claimName, type Scope } from "../scope.ts";
import type { Secret } from "../secrets/secret.ts";
import { at } from "../service/problems.ts";
import { type RedisStore, redisEnvironment } from "./redis-store.ts";

/** Where others keep a Redis. */
type ExistingRedisPlace =
  | {
      readonly runtime: "kubernetes";
      /** Namespace, and name in it, of the Service before it. */
      readonly namespace: string;
      readonly clusterService: string;
      /** What selects its pods, for the policies that let requests out to them. */
      readonly labels: Readonly<Record<string, string>>;
      /** Port of its pods. Default 6379. */
      readonly port?: number;
    }
  | {
      readonly runtime: "memorystore";
      /** `projects/PROJECT/locations/REGION/instances/NAME`. */
      readonly id: string;
      /** Whether it encrypts what is on the way. Default true. */
      readonly tls?: boolean;
    };

/** A Redis that others made and keep. */
export interface ExistingRedisArgs {
  readonly scope: Scope;
  /** Its name in this system. */
  readonly service: string;
  readonly place: ExistingRedisPlace;
  /** Its password, put into Secret Manager by those who keep it: `source: { kind: "pinned", … }`. */
  readonly password: Secret;
}

function placeProblems(place: ExistingRedisPlace): string[] {
  if (place.runtime === "kubernetes") {
    return [
      ...at("place.namespace", nameProblem(place.namespace)),
      ...at("place.clusterService", nameProblem(place.clusterService)),
    ];
  }
  return /^projects\/[^/]+\/locations\/[^/]+\/instances\/[^/]+$/.test(place.id)
    ? []
    : [`place.id: "${place.id}" must be projects/PROJECT/locations/REGION/instances/NAME`];
}

/** A Redis that is read, never changed; made by `Redis.get`. */
export class ExistingRedis extends Component implements RedisStore {
  readonly service: string;
  readonly host: pulumi.Output<string>;
  readonly port: pulumi.Output<number>;
  readonly tls: boolean;
  readonly certificate: pulumi.Output<string> | undefined;
  readonly password: Secret;
  readonly destination: Destination;
  readonly environment: Readonly<Record<string, pulumi.Input<string>>>;

  constructor(name: string, args: ExistingRedisArgs, options?: pulumi.ComponentResourceOptions) {
    super("slipway:data:ExistingRedis", name, args, options);
    const { place, service } = args;
    refuse(name, placeProblems(place));
    claimName(args.scope, "service", service);
    this.service = service;
    this.password = args.password;
    if (place.runtime === "kubernetes") {
      const { namespace, clusterService, labels, port = 6379 } = place;
      const there = k8s.core.v1.Service.get(name, `${namespace}/${clusterService}`, { parent: this });
      this.tls = false;
      this.host = there.metadata.name.apply((known) => `${known}.${namespace}.svc.cluster.local`);
      this.port = there.spec.ports.apply((ports) => ports?.[0]?.port ?? port);
      this.destination = { kind: "pods", peer: { namespace, labels }, ports: [port] };
    } else {
      const { id, tls = true } = place;
      const there = gcp.redis.Instance.get(name, id, undefined, { parent: this });
      this.tls = tls;
      this.host = there.host;
      this.port = there.port;
      this.certificate = tls
        ? there.serverCaCerts.apply((certificates) => certificates.map(({ cert }) => cert).join("\n"))
        : undefined;
      this.destination = {
        kind: "address",
        address: pulumi.interpolate`${there.host}/32`,
        ports: [tls ? 6378 : 6379],
      };
    }
    this.environment = redisEnvironment(this);
    this.registerOutputs({ host: this.host, port: this.port });
  }
}
