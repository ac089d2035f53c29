import * as gcp from "@pulumi/gcp";
import type * as pulumi from "@pulumi/pulumi";
import { Component, type ComponentArgs } from "../component.ts";
import { refuse } from "../errors.ts";
import { isProduction, labels } from "../scope.ts";
import type { Service } from "../service/service.ts";
import { domainProblem } from "./domain.ts";
import { planSecurityPolicy, type RateLimit, rateLimitProblems } from "./waf.ts";

interface Children {
  address: gcp.compute.GlobalAddressArgs;
  certificate: gcp.compute.ManagedSslCertificateArgs;
  tls: gcp.compute.SSLPolicyArgs;
  waf: gcp.compute.SecurityPolicyArgs;
  endpoints: gcp.compute.RegionNetworkEndpointGroupArgs;
  backend: gcp.compute.BackendServiceArgs;
  routes: gcp.compute.URLMapArgs;
  httpsProxy: gcp.compute.TargetHttpsProxyArgs;
  https: gcp.compute.GlobalForwardingRuleArgs;
  redirect: gcp.compute.URLMapArgs;
  httpProxy: gcp.compute.TargetHttpProxyArgs;
  http: gcp.compute.GlobalForwardingRuleArgs;
}

/** The one way in from the internet. */
export interface EdgeArgs extends ComponentArgs<Children> {
  /**
   * Domain name; its A record must point to {@link Edge.address}. Changing it replaces the certificate: until Google has
   * issued the new one, which takes up to an hour from when the record points here, nobody gets in by HTTPS.
   */
  readonly domain: string;
  /** Service that answers; its `exposure` must be `"edge"`. */
  readonly service: Service;
  /** What one client may ask. */
  readonly rateLimit: RateLimit;
  /** OWASP paranoia level, 1 to 4. Default 1. */
  readonly wafSensitivity?: 1 | 2 | 3 | 4;
}

function edgeProblems({ domain, service, rateLimit }: EdgeArgs): string[] {
  const ofDomain = domainProblem(domain);
  return [
    ...(ofDomain === undefined ? [] : [`domain: ${ofDomain}`]),
    ...(service.spec.exposure === "edge"
      ? []
      : [
          `service: "${service.service}" lets in only other services; give it \`exposure: "edge"\`, or another service here`,
        ]),
    ...rateLimitProblems(rateLimit),
  ];
}

/**
 * A global load balancer before one service: managed certificate, TLS 1.2 or newer, HTTP redirected, Cloud Armor with the
 * OWASP core rule set and a rate limit.
 */
export class Edge extends Component<Children> {
  readonly address: pulumi.Output<string>;
  readonly url: string;

  constructor(name: string, args: EdgeArgs, options?: pulumi.ComponentResourceOptions) {
    super("slipway:network:Edge", name, args, options);
    refuse(name, edgeProblems(args));
    const { project } = args.scope;
    const address = this.child(
      "address",
      gcp.compute.GlobalAddress,
      { project, labels: labels(args.scope) },
      { protect: isProduction(args.scope) },
    );
    const target = this.#https(args, this.#backend(args, this.#waf(args)));
    const listen = {
      project,
      ipAddress: address.address,
      loadBalancingScheme: "EXTERNAL_MANAGED",
      labels: labels(args.scope),
    };
    this.child("https", gcp.compute.GlobalForwardingRule, { ...listen, portRange: "443", target: target.id });
    this.child("http", gcp.compute.GlobalForwardingRule, {
      ...listen,
      portRange: "80",
      target: this.#redirect().id,
    });
    this.address = address.address;
    this.url = `https://${args.domain}`;
    this.registerOutputs({ address: this.address, url: this.url });
  }

  #waf({ rateLimit, wafSensitivity }: EdgeArgs): gcp.compute.SecurityPolicy {
    return this.child("waf", gcp.compute.SecurityPolicy, {
      project: this.scope.project,
      ...planSecurityPolicy(rateLimit, wafSensitivity),
    });
  }

  #backend({ service }: EdgeArgs, waf: gcp.compute.SecurityPolicy): gcp.compute.BackendService {
    const { project, region } = this.scope;
    const endpoints = this.child("endpoints", gcp.compute.RegionNetworkEndpointGroup, {
      project,
      region,
      networkEndpointType: "SERVERLESS",
      cloudRun: { service: service.deployedName },
    });
    return this.child("backend", gcp.compute.BackendService, {
      project,
      protocol: "HTTPS",
      loadBalancingScheme: "EXTERNAL_MANAGED",
      backends: [{ group: endpoints.id }],
      securityPolicy: waf.selfLink,
      logConfig: { enable: true, sampleRate: 1 },
    });
  }

  #https({ domain }: EdgeArgs, backend: gcp.compute.BackendService): gcp.compute.TargetHttpsProxy {
    const { project } = this.scope;
    const certificate = this.child("certificate", gcp.compute.ManagedSslCertificate, {
      project,
      managed: { domains: [domain] },
    });
    const tls = this.child("tls", gcp.compute.SSLPolicy, {
      project,
      profile: "MODERN",
      minTlsVersion: "TLS_1_2",
    });
    const routes = this.child("routes", gcp.compute.URLMap, { project, defaultService: backend.id });
    return this.child(
      "httpsProxy",
      gcp.compute.TargetHttpsProxy,
      {
        project,
        urlMap: routes.id,
        sslCertificates: [certificate.id],
        sslPolicy: tls.id,
      },
      { suffix: "https-proxy" },
    );
  }

  #redirect(): gcp.compute.TargetHttpProxy {
    const { project } = this.scope;
    const redirect = this.child("redirect", gcp.compute.URLMap, {
      project,
      defaultUrlRedirect: {
        httpsRedirect: true,
        stripQuery: false,
        redirectResponseCode: "MOVED_PERMANENTLY_DEFAULT",
      },
    });
    return this.child(
      "httpProxy",
      gcp.compute.TargetHttpProxy,
      { project, urlMap: redirect.id },
      { suffix: "http-proxy" },
    );
  }
}
