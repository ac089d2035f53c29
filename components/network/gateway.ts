import * as gcp from "@pulumi/gcp";
import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { Component, type ComponentArgs } from "../component.ts";
import { refuse } from "../errors.ts";
import type { CustomResourceArgs } from "../kubernetes/identity.ts";
import { claimName, isProduction, labels } from "../scope.ts";
import { planAdmission } from "./gateway-admission.ts";
import type { GatewayImplementation, OwnGateway, SharedGateway } from "./gateway-args.ts";
import { ENVOY_API, ENVOY_CLASS, planClientPolicy, planEnvoyRateLimit } from "./gateway-envoy.ts";
import { GKE_API, GKE_CLASS, planBackendPolicy, planGatewayPolicy, planHealthCheck } from "./gateway-gke.ts";
import { LISTENER, planCertificate, planGateway } from "./gateway-listeners.ts";
import { gatewayProblems } from "./gateway-problems.ts";
import {
  byService,
  GATEWAY_API,
  type Parent,
  planHttpRoute,
  planRedirect,
  type ServiceRoute,
} from "./gateway-routes.ts";
import { planCandidateIngress, planIngress } from "./ingress.ts";
import { planSecurityPolicy } from "./waf.ts";

interface Children {
  address: gcp.compute.GlobalAddressArgs;
  /** Cloud Armor. */
  waf: gcp.compute.SecurityPolicyArgs;
  /** Which TLS is good enough: Google's policy, and what names it or says it to the gateway. */
  tls: gcp.compute.SSLPolicyArgs;
  tlsPolicy: CustomResourceArgs;
  certificate: CustomResourceArgs;
  gateway: CustomResourceArgs;
  redirect: CustomResourceArgs;
  route: CustomResourceArgs;
  healthCheck: CustomResourceArgs;
  backendPolicy: CustomResourceArgs;
  rateLimit: CustomResourceArgs;
  ingress: k8s.networking.v1.IngressArgs;
  candidateIngress: k8s.networking.v1.IngressArgs;
  admission: k8s.networking.v1.NetworkPolicyArgs;
}

/** A way in of the system's own; see {@link Gateway.get} for one that others keep. */
export interface GatewayArgs extends OwnGateway, ComponentArgs<Children> {}

/** A way in through a Gateway that others made and keep. */
export interface SharedGatewayArgs extends SharedGateway, ComponentArgs<Children> {}

/** The part of a Gateway's status that is read: where it listens. */
type GatewayStatus = { addresses?: { value: string }[] } | undefined;

/** Where a Gateway listens. It must have been made with a `status`, or the SDK would not show it. */
function addressOf(gateway: k8s.apiextensions.CustomResource): pulumi.Output<string> {
  const { status } = gateway as unknown as { status: pulumi.Output<GatewayStatus> };
  return status.apply((known) => known?.addresses?.[0]?.value ?? "");
}

/**
 * The way in from the internet to services in a cluster, by Gateway API or by ingress-nginx: HTTPS with TLS 1.2 or newer,
 * HTTP redirected, requests shared out between a release's two versions, and a limit for each client.
 */
export class Gateway extends Component<Children> {
  /** Address that the domain's A record must name. */
  readonly address: pulumi.Output<string>;
  readonly url: string;
  readonly #args: GatewayArgs | SharedGatewayArgs;
  readonly #implementation: GatewayImplementation;
  /** What the names of its objects begin with. */
  readonly #prefix: string;
  readonly #logicalName: string;

  /** A way in through a Gateway that others made and keep: only routes to this namespace's services are made. */
  static get(name: string, args: SharedGatewayArgs, options?: pulumi.ComponentResourceOptions): Gateway {
    return new Gateway(name, args, options);
  }

  constructor(
    name: string,
    args: GatewayArgs | SharedGatewayArgs,
    options?: pulumi.ComponentResourceOptions,
  ) {
    const prefix = "gateway" in args ? args.gateway.name : (args.name ?? "edge");
    refuse(name, gatewayProblems(args, prefix));
    super("slipway:network:Gateway", name, args, options);
    claimName(args.scope, "gateway", `${args.namespace.namespace}/${prefix}`);
    this.#args = args;
    this.#implementation = args.implementation ?? "gke";
    this.#prefix = prefix;
    this.#logicalName = name;
    const routes = byService(args.routes);
    const admitted = routes.map((route) => this.#admit(route));
    this.address =
      "gateway" in args
        ? this.#shared(args, routes, admitted)
        : this.#implementation === "ingress-nginx"
          ? this.#ingresses(args, routes, admitted)
          : this.#own(args, routes, admitted);
    this.url = `https://${args.domain}`;
    this.registerOutputs({ address: this.address, url: this.url });
  }

  /** Lets the proxies reach a service's pods. */
  #admit({ service }: ServiceRoute): pulumi.Resource {
    const { namespace, proxyNamespace } = this.#args;
    return this.child(
      "admission",
      k8s.networking.v1.NetworkPolicy,
      {
        metadata: namespace.metadata(`allow-${this.#prefix}-to-${service.service}`, service.service),
        spec: planAdmission(service, this.#implementation, proxyNamespace),
      },
      { suffix: `to-${service.service}` },
    );
  }

  #shared(
    args: SharedGatewayArgs,
    routes: readonly ServiceRoute[],
    admitted: readonly pulumi.Resource[],
  ): pulumi.Output<string> {
    const { name, namespace, listener } = args.gateway;
    const gateway = new k8s.apiextensions.CustomResource(
      this.#logicalName,
      { apiVersion: GATEWAY_API, kind: "Gateway", status: undefined },
      { id: `${namespace}/${name}`, parent: this },
    );
    const parent = { name, namespace, ...(listener === undefined ? {} : { listener }) };
    this.#routes(routes, parent, [gateway, ...admitted]);
    return addressOf(gateway);
  }

  #own(
    args: GatewayArgs,
    routes: readonly ServiceRoute[],
    admitted: readonly pulumi.Resource[],
  ): pulumi.Output<string> {
    const { namespace, domain, certificate } = args;
    const name = this.#prefix;
    const isGoogles = this.#implementation === "gke";
    const address = isGoogles ? this.#address() : undefined;
    const certificateSecret = "issuer" in certificate ? this.#certificate(certificate.issuer) : undefined;
    const gateway = this.child(
      "gateway",
      k8s.apiextensions.CustomResource,
      {
        apiVersion: GATEWAY_API,
        kind: "Gateway",
        metadata: {
          ...namespace.metadata(name),
          annotations: {
            // Routes are made, and the address is known, once it is there.
            "pulumi.com/waitFor": "condition=Programmed",
            ...("managed" in certificate ? { "networking.gke.io/certmap": certificate.managed } : {}),
          },
        },
        spec: planGateway({
          className: args.className ?? (isGoogles ? GKE_CLASS : ENVOY_CLASS),
          domain,
          certificateSecret,
          addressName: address?.name,
        }),
        status: undefined,
      },
      { dependsOn: [this.#tls()] },
    );
    this.child(
      "redirect",
      k8s.apiextensions.CustomResource,
      {
        apiVersion: GATEWAY_API,
        kind: "HTTPRoute",
        metadata: namespace.metadata(`${name}-redirect`),
        spec: planRedirect({ name, listener: LISTENER.http }, domain),
      },
      { dependsOn: [gateway] },
    );
    this.#routes(routes, { name, listener: LISTENER.https }, [gateway, ...admitted]);
    return address?.address ?? addressOf(gateway);
  }

  #address(): gcp.compute.GlobalAddress {
    return this.child(
      "address",
      gcp.compute.GlobalAddress,
      { project: this.#args.namespace.clusterProject, labels: labels(this.scope) },
      { protect: isProduction(this.scope) },
    );
  }

  /** Asks for a certificate. Gives the name of the secret that it comes in. */
  #certificate(issuer: string): string {
    const { namespace, domain } = this.#args;
    const name = `${this.#prefix}-tls`;
    this.child("certificate", k8s.apiextensions.CustomResource, {
      apiVersion: "cert-manager.io/v1",
      kind: "Certificate",
      metadata: namespace.metadata(name),
      spec: planCertificate(domain, name, issuer),
    });
    return name;
  }

  /** Refuses clients with TLS older than 1.2; made before the gateway, so that it never let them in. */
  #tls(): pulumi.Resource {
    const { namespace } = this.#args;
    const name = this.#prefix;
    const metadata = namespace.metadata(name);
    const isGoogles = this.#implementation === "gke";
    const tls = isGoogles
      ? this.child("tls", gcp.compute.SSLPolicy, {
          project: namespace.clusterProject,
          profile: "MODERN",
          minTlsVersion: "TLS_1_2",
        })
      : undefined;
    return this.child(
      "tlsPolicy",
      k8s.apiextensions.CustomResource,
      tls === undefined
        ? { apiVersion: ENVOY_API, kind: "ClientTrafficPolicy", metadata, spec: planClientPolicy(name) }
        : {
            apiVersion: GKE_API,
            kind: "GCPGatewayPolicy",
            metadata,
            spec: planGatewayPolicy(name, tls.name),
          },
      { suffix: "tls-policy" },
    );
  }

  /** Routes to services, after what protects these. */
  #routes(routes: readonly ServiceRoute[], parent: Parent, after: readonly pulumi.Resource[]): void {
    const { namespace, domain, rateLimit } = this.#args;
    const isGoogles = this.#implementation === "gke";
    const name = ({ service }: ServiceRoute) => `${this.#prefix}-${service.service}`;
    const guards = isGoogles
      ? this.#backendPolicies(routes)
      : rateLimit === undefined || !routes.some(({ limited }) => limited)
        ? []
        : [
            this.child(
              "rateLimit",
              k8s.apiextensions.CustomResource,
              {
                apiVersion: ENVOY_API,
                kind: "BackendTrafficPolicy",
                metadata: namespace.metadata(this.#prefix),
                spec: planEnvoyRateLimit(routes.filter(({ limited }) => limited).map(name), rateLimit),
              },
              { suffix: "rate-limit" },
            ),
          ];
    for (const route of routes) {
      this.child(
        "route",
        k8s.apiextensions.CustomResource,
        {
          apiVersion: GATEWAY_API,
          kind: "HTTPRoute",
          metadata: namespace.metadata(name(route), route.service.service),
          spec: planHttpRoute(route, { parent, domain, timeouts: !isGoogles }),
        },
        {
          suffix: `route-${route.service.service}`,
          dependsOn: [...after, ...guards, ...(route.service.after ?? [])],
        },
      );
    }
  }

  /** GKE's policies: who is asked whether a pod is well, and what a request goes through. */
  #backendPolicies(routes: readonly ServiceRoute[]): pulumi.Resource[] {
    const { namespace } = this.#args;
    const guards = new Map([true, false].flatMap((limited) => this.#securityPolicy(routes, limited)));
    return routes.flatMap(({ service, limited }) =>
      service.backends.flatMap(({ name }) => {
        claimName(this.scope, "load-balanced service", `${namespace.namespace}/${name}`);
        const metadata = namespace.metadata(name, service.service);
        return [
          this.child(
            "healthCheck",
            k8s.apiextensions.CustomResource,
            {
              apiVersion: GKE_API,
              kind: "HealthCheckPolicy",
              metadata,
              spec: planHealthCheck(service, name),
            },
            { suffix: `health-check-${name}` },
          ),
          this.child(
            "backendPolicy",
            k8s.apiextensions.CustomResource,
            {
              apiVersion: GKE_API,
              kind: "GCPBackendPolicy",
              metadata,
              spec: planBackendPolicy(service, name, guards.get(limited)?.name ?? ""),
            },
            { suffix: `backend-policy-${name}` },
          ),
        ];
      }),
    );
  }

  /** Cloud Armor before the services that are counted, or before those that are not; none where there are none. */
  #securityPolicy(
    routes: readonly ServiceRoute[],
    limited: boolean,
  ): [boolean, gcp.compute.SecurityPolicy][] {
    if (!routes.some((route) => route.limited === limited)) return [];
    const { namespace, rateLimit, wafSensitivity } = this.#args;
    const policy = this.child(
      "waf",
      gcp.compute.SecurityPolicy,
      {
        project: namespace.clusterProject,
        ...planSecurityPolicy(limited ? rateLimit : undefined, wafSensitivity),
      },
      { suffix: limited ? "waf" : "waf-unlimited" },
    );
    return [[limited, policy]];
  }

  #ingresses(
    args: GatewayArgs,
    routes: readonly ServiceRoute[],
    admitted: readonly pulumi.Resource[],
  ): pulumi.Output<string> {
    const { namespace, domain, certificate, rateLimit, className = "nginx" } = args;
    const issuer = "issuer" in certificate ? certificate.issuer : "";
    const surroundings = {
      className,
      domain,
      issuer,
      certificateSecret: `${this.#prefix}-tls`,
      rateLimit,
    };
    const ingresses = routes.map((route) => {
      const { service, after = [] } = route.service;
      const name = `${this.#prefix}-${service}`;
      const dependsOn = [...admitted, ...after];
      const counted = { ...surroundings, rateLimit: route.limited ? rateLimit : undefined };
      const { annotations, spec } = planIngress(route, counted);
      const ingress = this.child(
        "ingress",
        k8s.networking.v1.Ingress,
        { metadata: { ...namespace.metadata(name, service), annotations }, spec },
        { suffix: `ingress-${service}`, dependsOn },
      );
      const candidate = planCandidateIngress(route, surroundings);
      if (candidate !== undefined) {
        this.child(
          "candidateIngress",
          k8s.networking.v1.Ingress,
          {
            metadata: {
              ...namespace.metadata(`${name}-candidate`, service),
              annotations: candidate.annotations,
            },
            spec: candidate.spec,
          },
          { suffix: `candidate-ingress-${service}`, dependsOn: [ingress] },
        );
      }
      return ingress;
    });
    const [first] = ingresses as [k8s.networking.v1.Ingress];
    return first.status.apply((status) => {
      const [listening] = status?.loadBalancer?.ingress ?? [];
      return listening?.ip ?? listening?.hostname ?? "";
    });
  }
}
