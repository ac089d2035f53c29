import { at, entriesAt, listAt, numberAt, textAt } from "../read.ts";
import type { Json } from "../wire.ts";
import { containerPort } from "./front.ts";

/**
 * Says how a container asks itself whether it is ready, as JSON of compose's `healthcheck.test`: on a workload whose image
 * has neither a shell nor any of the programs that are tried, such as `["CMD", "/app/server", "--health"]`.
 */
export const HEALTH_ANNOTATION = "slipway.dev/compose-healthcheck";

/**
 * The readiness probe as compose has it: run inside the container, since nothing there stands for the kubelet. Failures
 * while the startup probe would still wait do not count. Undefined where there is no probe.
 *
 * Like the kubelet, it asks at the container's address on its network, not at the loopback one: what answers there only
 * while it prepares itself is not ready.
 * @param alone whether the container is on no network, and has no other address than the loopback one
 */
export function healthcheck(
  container: Json,
  annotation: string | undefined,
  alone = false,
): Json | undefined {
  const probe = at(container, "readinessProbe");
  if (probe === undefined) return undefined;
  const test = annotated(annotation) ?? probeTest(probe, container, alone);
  if (test === undefined) return undefined;
  const startup = at(container, "startupProbe");
  const waits =
    startup === undefined
      ? (numberAt(probe, "initialDelaySeconds") ?? 0)
      : (numberAt(startup, "initialDelaySeconds") ?? 0) +
        (numberAt(startup, "periodSeconds") ?? 10) * (numberAt(startup, "failureThreshold") ?? 3);
  return {
    test,
    interval: `${numberAt(probe, "periodSeconds") ?? 10}s`,
    timeout: `${timeoutOf(probe)}s`,
    retries: numberAt(probe, "failureThreshold") ?? 3,
    ...(waits > 0 ? { start_period: `${waits}s` } : {}),
  };
}

function annotated(annotation: string | undefined): Json | undefined {
  try {
    const parsed: unknown = JSON.parse(annotation ?? "null");
    const isTest =
      Array.isArray(parsed) && parsed.length > 1 && parsed.every((each) => typeof each === "string");
    return isTest ? (parsed as string[]) : undefined;
  } catch {
    return undefined;
  }
}

function timeoutOf(probe: Json): number {
  return numberAt(probe, "timeoutSeconds") ?? 1;
}

const LOOPBACK = "127.0.0.1";

/** Images that are known to have no shell, by their names. */
const SHELLLESS = /(^|[/.-])(distroless|scratch|chainguard|cgr\.dev)([/:.-]|$)/;

/** Node's place in the distroless images that have it. */
const DISTROLESS_NODE = /distroless\/nodejs/;

function probeTest(probe: Json, container: Json, alone: boolean): Json | undefined {
  const command = at(probe, "exec", "command");
  if (Array.isArray(command)) return ["CMD", ...command];
  const image = textAt(container, "image") ?? "";
  const script = scripts(probe, container);
  if (script === undefined) return remoteTest(probe, container);
  if (DISTROLESS_NODE.test(image)) return ["CMD", "/nodejs/bin/node", "-e", script.node];
  if (SHELLLESS.test(image)) return undefined;
  return ["CMD-SHELL", `${alone ? `self=${LOOPBACK}` : "read -r self </etc/hostname"}\n${script.shell}`];
}

/** The scripts that ask by HTTP or by connecting, for a shell and for Node alone. */
function scripts(probe: Json, container: Json): { shell: string; node: string } | undefined {
  const http = at(probe, "httpGet");
  const httpPort = containerPort(at(http, "port"), container);
  if (http !== undefined && httpPort !== undefined) return httpScripts(http, httpPort, timeoutOf(probe));
  const socket = containerPort(at(probe, "tcpSocket", "port"), container);
  return socket === undefined ? undefined : socketScripts(socket, timeoutOf(probe));
}

function remoteTest(probe: Json, container: Json): Json | undefined {
  const port = containerPort(at(probe, "grpc", "port"), container);
  if (port === undefined) return undefined;
  const service = textAt(probe, "grpc", "service") ?? "";
  const named = service === "" ? [] : [`-service=${service}`];
  return ["CMD", "grpc_health_probe", `-addr=127.0.0.1:${port}`, ...named];
}

/** An HTTP request to the host that `self` names, for Node by its first argument; below 400 all is well, as it is to the kubelet. */
function httpScripts(http: Json, port: number, timeout: number): { shell: string; node: string } {
  const scheme = textAt(http, "scheme") === "HTTPS" ? "https" : "http";
  const rest = `:${port}${textAt(http, "path") ?? "/"}`;
  const headers = listAt(http, "httpHeaders").map((header): [string, string] => [
    textAt(header, "name") ?? "",
    textAt(header, "value") ?? "",
  ]);
  const flags = (flag: string) =>
    headers.map(([name, value]) => ` ${flag} ${shellQuoted(`${name}: ${value}`)}`).join("");
  const url = `${scheme}://"$self"${shellQuoted(rest)}`;
  const json = JSON.stringify(Object.fromEntries(headers));
  // As the kubelet does, nobody asks who signed the certificate.
  const [wgetTrust, curlTrust, pythonTrust] =
    scheme === "https"
      ? [" --no-check-certificate", "k", ", context=__import__('ssl')._create_unverified_context()"]
      : ["", "", ""];
  const node = [
    `setTimeout(() => process.exit(1), ${timeout * 1000});`,
    `require("${scheme}").get("${scheme}://" + ${NODE_SELF} + ${JSON.stringify(rest)},`,
    `{ headers: ${json}, rejectUnauthorized: false },`,
    '(answer) => process.exit(answer.statusCode < 400 ? 0 : 1)).on("error", () => process.exit(1));',
  ].join(" ");
  const python = [
    "import sys, urllib.request as u;",
    `u.urlopen(u.Request("${scheme}://" + sys.argv[1] + ${JSON.stringify(rest)}, headers=${json}),`,
    `timeout=${timeout}${pythonTrust})`,
  ].join(" ");
  const shell = firstOf([
    ["wget", `wget -q -T ${timeout} -O /dev/null${wgetTrust}${flags("--header")} ${url}`],
    ["curl", `curl -fsS${curlTrust} -m ${timeout} -o /dev/null${flags("-H")} ${url}`],
    ["node", `node -e ${shellQuoted(node)} "$self"`],
    ["python3", `python3 -c ${shellQuoted(python)} "$self"`],
  ]);
  return { shell, node };
}

/** The host that is asked, in a script of Node's: its first argument, or the container's own name. */
const NODE_SELF = '(process.argv[1] || require("os").hostname())';

function socketScripts(port: number, timeout: number): { shell: string; node: string } {
  const node = [
    `require("net").connect({ port: ${port}, host: ${NODE_SELF}, timeout: ${timeout * 1000} }, () => process.exit(0))`,
    '.on("timeout", () => process.exit(1)).on("error", () => process.exit(1));',
  ].join("");
  const python = `import socket, sys; socket.create_connection((sys.argv[1], ${port}), ${timeout})`;
  const shell = firstOf([
    ["nc", `nc -z -w ${timeout} "$self" ${port}`],
    ["bash", `bash -c ${shellQuoted(`exec 3<>/dev/tcp/$1/${port}`)} bash "$self"`],
    ["node", `node -e ${shellQuoted(node)} "$self"`],
    ["python3", `python3 -c ${shellQuoted(python)} "$self"`],
  ]);
  return { shell, node };
}

/** A script that does the same by the first program that is there. */
function firstOf(ways: readonly (readonly [program: string, command: string])[]): string {
  const branches = ways.map(
    ([program, command]) => `if command -v ${program} >/dev/null; then exec ${command}; fi`,
  );
  const names = ways.map(([program]) => program).join(", ");
  return [...branches, `echo "needs one of ${names}" >&2`, "exit 1"].join("\n");
}

function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Whether a container has a probe that compose has no form of. */
export function hasUntestableProbe(container: Json, annotation: string | undefined): boolean {
  return (
    entriesAt(container, "readinessProbe").length > 0 && healthcheck(container, annotation) === undefined
  );
}
