// The cluster's name server: `node dns-main.ts <kubeconfig> <address>`. Answers for *.svc.cluster.local from the API
// server's Services, each time anew but for a moment; knows nothing else, and asks nobody.
import { createSocket } from "node:dgram";
import { readFileSync } from "node:fs";
import { Agent, get } from "node:https";
import { parse } from "yaml";
import { answerTo, parseQuestion } from "./dns-message.ts";
import { resolveName, type ServiceDirectory, type ServiceRecord, type SliceRecord } from "./dns-names.ts";

/** Milliseconds for which what the API server said is used again. */
const FRESH = 500;

const [file = "", address = ""] = process.argv.slice(2);
const config = parse(readFileSync(file, "utf8")) as {
  clusters: [{ cluster: Record<string, string> }];
  users: [{ user: Record<string, string> }];
};
const decode = (data: string | undefined) => Buffer.from(data ?? "", "base64");
const { cluster } = config.clusters[0];
const { user } = config.users[0];
const agent = new Agent({
  keepAlive: true,
  ca: decode(cluster["certificate-authority-data"]),
  cert: decode(user["client-certificate-data"]),
  key: decode(user["client-key-data"]),
});

function list<T>(path: string): Promise<readonly T[]> {
  return new Promise((resolve, reject) => {
    const request = get(`${cluster.server}${path}`, { agent, timeout: 5_000 }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (piece: string) => {
        text += piece;
      });
      response.on("end", () => {
        if (response.statusCode === 200) resolve((JSON.parse(text) as { items: T[] }).items);
        else reject(new Error(`${path}: the API server answered ${response.statusCode}`));
      });
      response.on("error", reject);
    });
    request.on("timeout", () => request.destroy(new Error("the API server does not answer")));
    request.on("error", reject);
  });
}

let asked = 0;
let directory: Promise<ServiceDirectory> | undefined;

function current(): Promise<ServiceDirectory> {
  if (directory === undefined || Date.now() - asked > FRESH) {
    asked = Date.now();
    directory = Promise.all([
      list<ServiceRecord>("/api/v1/services"),
      list<SliceRecord>("/apis/discovery.k8s.io/v1/endpointslices"),
    ]).then(([services, slices]) => ({ services, slices }));
    directory.catch(() => {
      directory = undefined;
    });
  }
  return directory;
}

const socket = createSocket("udp4");
socket.on("message", (message, asker) => {
  const question = parseQuestion(message);
  if (question === undefined) return;
  current().then(
    (known) => socket.send(answerTo(question, resolveName(question.name, known)), asker.port, asker.address),
    (error: Error) => console.error(error.message), // Who asked asks again.
  );
});
socket.bind(53, address);
