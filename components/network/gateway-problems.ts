import { nameProblem } from "../kubernetes/names.ts";
import { at } from "../service/problems.ts";
import { domainProblem } from "./domain.ts";
import type { GatewayImplementation, GatewayRoute, OwnGateway, SharedGateway } from "./gateway-args.ts";
import { ENVOY_INTERVALS } from "./gateway-envoy.ts";
import { GKE_CLASS } from "./gateway-gke.ts";
import { byService } from "./gateway-routes.ts";
import { INGRESS_INTERVALS } from "./ingress.ts";
import type { RoutedService } from "./routed-service.ts";
import { headerProblem, type RateLimit, rateLimitProblems } from "./waf.ts";

/** Characters of a name that `-redirect` is put behind. */
const LONGEST_NAME = 54;

/** A path as requests are matched by it: `/api/` means what `/api` does. */
function segments(path: string): string {
  return path.length > 1 ? path.replace(/\/$/, "") : path;
}

/** What Gateway API and Ingress both take (the first's definition of HTTPPathMatch). */
function pathProblem(path: string): string | undefined {
  const sound =
    path.length <= 1024 &&
    /^\/([-A-Za-z0-9/._~!$&'()*+,;=:@]|%[0-9a-fA-F]{2})*$/.test(path) &&
    !/\/\/|\/\.{1,2}(\/|$)|%2f/i.test(path);
  return sound
    ? undefined
    : `"${path}" is no path: begin with "/", and use letters, digits and "-._~", without "//", "/.", a query or an encoded "/"`;
}

function routesProblems(routes: readonly GatewayRoute[]): string[] {
  const paths = routes.map(({ path }) => segments(path));
  const twice = new Set(paths.filter((path, index) => paths.indexOf(path) !== index));
  return [
    ...(routes.length === 0 ? ["routes: there are none; name a path and a service"] : []),
    ...routes.flatMap(({ path }, index) => at(`routes[${index}].path`, pathProblem(path))),
    ...[...twice].map((path) => {
      const services = routes.filter((route) => segments(route.path) === path);
      const names = services.map(({ service }) => `"${service.service}"`).join(" and ");
      return `routes: "${path}" leads to ${names}; a path leads to one service: give them different paths`;
    }),
  ];
}

function weightsProblems({ service, backends }: RoutedService): string[] {
  const total = backends.reduce((sum, { weight }) => sum + weight, 0);
  return [
    ...backends
      .filter(({ weight }) => !Number.isInteger(weight) || weight < 0 || weight > 100)
      .map(
        ({ name, weight }) =>
          `service "${service}": the weight of "${name}", ${weight}, must be a whole number from 0 to 100`,
      ),
    ...(total === 100
      ? []
      : [`service "${service}": the weights of its backends add up to ${total}; they must to 100`]),
  ];
}

function headersProblems({ service, backends }: RoutedService): string[] {
  return backends.flatMap(({ name, header }) => {
    if (header === undefined) return [];
    const path = `service "${service}": header of "${name}"`;
    return [
      ...at(path, headerProblem(header.name)),
      ...at(
        path,
        /^[-A-Za-z0-9._]{1,128}$/.test(header.value)
          ? undefined
          : `its value "${header.value}" must be 1 to 128 letters, digits, "-", "_" or "."`,
      ),
    ];
  });
}

function serviceProblems(service: RoutedService, implementation: GatewayImplementation): string[] {
  const { backends, exposure } = service;
  return [
    ...(exposure === "edge"
      ? []
      : [
          `service "${service.service}" lets in only other services; give it \`exposure: "edge"\`, or route to another`,
        ]),
    ...backends.flatMap(({ name }) => at(`service "${service.service}": backend`, nameProblem(name))),
    ...weightsProblems(service),
    ...headersProblems(service),
    ...(implementation === "ingress-nginx" && backends.length > 2
      ? [
          `service "${service.service}" has ${backends.length} backends; ingress-nginx shares requests out between 2: end one release first, or use implementation "gke" or "envoy"`,
        ]
      : []),
  ];
}

function limitProblems(limit: RateLimit, implementation: GatewayImplementation): string[] {
  if (implementation === "gke") return rateLimitProblems(limit);
  if (implementation === "envoy") return rateLimitProblems(limit, ENVOY_INTERVALS);
  return [
    ...rateLimitProblems(limit, INGRESS_INTERVALS),
    ...(typeof limit.by === "object"
      ? [
          `rateLimit.by: ingress-nginx can't count by the header "${limit.by.header}", only by address: use \`by: "address"\`, let the application count by user, or use implementation "gke" or "envoy"`,
        ]
      : []),
  ];
}

function certificateProblems({ certificate, implementation }: OwnGateway): string[] {
  const { issuer, managed } = { issuer: undefined, managed: undefined, ...certificate };
  if (managed !== undefined && implementation !== undefined && implementation !== "gke") {
    return [
      `certificate.managed: "${managed}" is a certificate map of Google's, which "${implementation}" can't use: name an \`issuer\`, or use implementation "gke"`,
    ];
  }
  if (managed !== undefined) return at("certificate.managed", nameProblem(managed));
  return issuer === undefined || issuer === ""
    ? [
        "certificate: nobody issues it; name an `issuer`, a ClusterIssuer of cert-manager, or, on GKE, a `managed` certificate map",
      ]
    : issuer.split(".").flatMap((part) => at("certificate.issuer", nameProblem(part)));
}

function ownProblems(args: OwnGateway): string[] {
  const { implementation = "gke", className } = args;
  return [
    ...certificateProblems(args),
    ...(implementation === "gke" && className !== undefined && className !== GKE_CLASS
      ? [
          `className: "${className}" is no class that Cloud Armor and the address here are made for; leave it out, which means "${GKE_CLASS}"`,
        ]
      : []),
  ];
}

/** What is wrong with a way in, each with its value and the ways out. @param prefix what its objects' names begin with */
export function gatewayProblems(args: OwnGateway | SharedGateway, prefix: string): string[] {
  const { domain, routes, rateLimit, implementation = "gke", proxyNamespace } = args;
  const services = byService(routes).map(({ service }) => service);
  const names = services.map(({ service }) => `allow-${prefix}-to-${service}`);
  const shared = "gateway" in args ? args.gateway : undefined;
  return [
    ...at("name", nameProblem(prefix, LONGEST_NAME)),
    ...(shared === undefined ? [] : at("gateway.namespace", nameProblem(shared.namespace))),
    ...at("domain", domainProblem(domain)),
    ...routesProblems(routes),
    ...services.flatMap((service) => serviceProblems(service, implementation)),
    ...names.flatMap((name) => at("the name of a network policy", nameProblem(name))),
    ...(rateLimit === undefined ? [] : limitProblems(rateLimit, implementation)),
    ...(proxyNamespace === undefined ? [] : at("proxyNamespace", nameProblem(proxyNamespace))),
    ...(shared !== undefined && (args.implementation as string) === "ingress-nginx"
      ? ['implementation: an Ingress has no Gateway to share; use "gke" or "envoy", or `new Gateway`']
      : []),
    ...("gateway" in args ? [] : ownProblems(args)),
  ];
}
