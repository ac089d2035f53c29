import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { request } from "node:http";
import { text } from "node:stream/consumers";
import { takePort } from "../../sandbox/cloud/ports.ts";
import { findEngineTool } from "../../sandbox/engines/tools.ts";
import { findDefinitions } from "../../sandbox/kubernetes/definitions.ts";
import { installDefinitions } from "../../sandbox/kubernetes/install.ts";
import { ClusterProcesses } from "../../sandbox/kubernetes/processes.ts";
import { serve } from "../support/http.ts";
import { type PodCluster, podsProblem } from "./kubernetes-pods-support.ts";

/** Why releases can't be run by Argo Rollouts here, and what brings that; empty where they can. */
export async function argoProblem(): Promise<string> {
  const problem = await podsProblem();
  if (problem !== "") return problem;
  if ((await findDefinitions()) === undefined) return "there are no definitions: npm run parts kubernetes";
  for (const tool of ["argo-rollouts", "traefik"] as const) {
    if ((await findEngineTool(tool)) === undefined) return `there is no ${tool}: npm run parts ${tool}`;
  }
  return "";
}

/** What Prometheus answers to every question: a figure, or nothing. */
export type Figure = number | "nothing" | "NaN";

/** Stands in for Prometheus: gives one figure, or what a function says to a question, and keeps what it was asked. */
export async function figureServer(answerTo?: (question: string) => Figure) {
  const state: { figure: Figure } = { figure: 0 };
  const asked: string[] = [];
  const { url, close } = await serve(async (question: IncomingMessage, answer: ServerResponse) => {
    const query = new URLSearchParams(await text(question)).get("query") ?? "";
    asked.push(query);
    const figure = answerTo?.(query) ?? state.figure;
    const result = figure === "nothing" ? [] : [{ metric: {}, value: [Date.now() / 1000, String(figure)] }];
    answer.setHeader("content-type", "application/json");
    answer.end(JSON.stringify({ status: "success", data: { resultType: "vector", result } }));
  });
  return { url, close, state, asked };
}

/** Argo Rollouts' controller and Traefik, beside a cluster, until that is stopped. */
export class Engines {
  /** Where Traefik takes requests. */
  readonly port: number;
  readonly #folder: string;

  private constructor(folder: string, port: number) {
    this.#folder = folder;
    this.port = port;
  }

  static async start(cluster: PodCluster): Promise<Engines> {
    const { folder, kubeconfig, client } = cluster;
    const [rollouts = "", traefik = ""] = await Promise.all(
      (["argo-rollouts", "traefik"] as const).map((tool) => findEngineTool(tool)),
    );
    const definitions = (await findDefinitions()) ?? [];
    await installDefinitions(
      client,
      definitions.filter(({ spec }) => spec.group === "argoproj.io"),
    );
    await cluster.apply({
      apiVersion: "networking.k8s.io/v1",
      kind: "IngressClass",
      metadata: { name: "nginx" },
      spec: { controller: "k8s.io/ingress-nginx" },
    });
    const [port, secure, metrics, health] = await Promise.all([1, 2, 3, 4].map(() => takePort()));
    const processes = new ClusterProcesses(folder);
    processes.start("argo-rollouts", {
      command: rollouts,
      args: [
        `--kubeconfig=${kubeconfig}`,
        "--leader-elect=false",
        `--metricsPort=${metrics}`,
        `--healthzPort=${health}`,
      ],
    });
    processes.start("traefik", {
      command: traefik,
      args: [
        `--entrypoints.web.address=127.0.0.1:${port}`,
        `--entrypoints.websecure.address=127.0.0.1:${secure}`,
        "--providers.kubernetesingressnginx=true",
        "--providers.kubernetesingressnginx.httpentrypoint=web",
        "--providers.kubernetesingressnginx.httpsentrypoint=websecure",
        "--providers.kubernetesingressnginx.throttleduration=100ms",
        "--providers.providersthrottleduration=100ms",
        "--global.checknewversion=false",
        "--global.sendanonymoususage=false",
      ],
      env: { KUBECONFIG: kubeconfig },
    });
    return new Engines(folder, port ?? 0);
  }

  /** What one of them wrote last. */
  log(name: "argo-rollouts" | "traefik"): string {
    return readFileSync(new ClusterProcesses(this.#folder).log(name), "utf8").slice(-4_000);
  }

  /** Sends requests through Traefik, twenty at once. @returns how many each image answered, and other statuses by code */
  async ask(count: number, headers: Readonly<Record<string, string>> = {}): Promise<Record<string, number>> {
    const answers: Record<string, number> = {};
    let left = count;
    const one = async (): Promise<void> => {
      while (left-- > 0) {
        const by = await this.#answer(headers);
        answers[by] = (answers[by] ?? 0) + 1;
      }
    };
    await Promise.all(Array.from({ length: 20 }, one));
    return answers;
  }

  #answer(headers: Readonly<Record<string, string>>): Promise<string> {
    return new Promise((resolve) => {
      const options = { host: "127.0.0.1", port: this.port, headers: { host: "shop.example", ...headers } };
      const sent = request(options, async (response) => {
        const said = await text(response);
        resolve(response.statusCode === 200 ? JSON.parse(said).image : `status ${response.statusCode}`);
      });
      sent.on("error", (error) => resolve(error.message));
      sent.end();
    });
  }
}
