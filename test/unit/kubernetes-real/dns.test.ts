import { describe, expect, test } from "vitest";
import { answerTo, parseQuestion } from "../../../sandbox/kubernetes/real/dns-message.ts";
import { resolveName, type ServiceDirectory } from "../../../sandbox/kubernetes/real/dns-names.ts";

/** A query as resolvers send it: id 7, recursion desired. */
function query(name: string, type: number): Buffer {
  const labels = name.split(".").map((label) => Buffer.from(`${String.fromCharCode(label.length)}${label}`));
  return Buffer.concat([
    Buffer.from([0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]),
    ...labels,
    Buffer.from([0, 0, type, 0, 1]),
  ]);
}

function ask(name: string, type: number) {
  const question = parseQuestion(query(name, type));
  if (question === undefined) throw new Error("no question");
  return question;
}

describe("a message", () => {
  test("is read whatever the case of its letters", () => {
    expect(ask("Backend.OneSource.svc.cluster.local", 1)).toMatchObject({
      id: 7,
      name: "backend.onesource.svc.cluster.local",
      type: 1,
      recursion: true,
    });
  });

  test("that is no plain query is ignored", () => {
    const response = query("a.b", 1);
    response[2] = 0x81;
    expect(parseQuestion(response)).toBeUndefined();
    expect(parseQuestion(query("a.b", 1).subarray(0, 14))).toBeUndefined();
    expect(parseQuestion(Buffer.alloc(12))).toBeUndefined();
  });

  test("is answered with an address, with nothing, or with no such name", () => {
    const known = { addresses: ["10.96.3.4"] };
    const answer = answerTo(ask("backend.onesource", 1), known);
    expect(answer.subarray(0, 8)).toEqual(Buffer.from([0, 7, 0x85, 0x80, 0, 1, 0, 1]));
    expect([...answer.subarray(-4)]).toEqual([10, 96, 3, 4]);
    const ipv6 = answerTo(ask("backend.onesource", 28), known);
    expect(ipv6.subarray(2, 8)).toEqual(Buffer.from([0x85, 0x80, 0, 1, 0, 0]));
    const unknown = answerTo(ask("backend.onesource", 1), undefined);
    expect(unknown.subarray(2, 8)).toEqual(Buffer.from([0x85, 0x83, 0, 1, 0, 0]));
  });
});

describe("a name", () => {
  const metadata = (name: string) => ({ name, namespace: "onesource" });
  const directory: ServiceDirectory = {
    services: [
      { metadata: metadata("backend"), spec: { clusterIP: "10.96.3.4" } },
      { metadata: metadata("redis"), spec: { clusterIP: "None" } },
      { metadata: metadata("llm"), spec: { type: "ExternalName", externalName: "api.example.com" } },
    ],
    slices: [
      {
        metadata: { namespace: "onesource", labels: { "kubernetes.io/service-name": "redis" } },
        endpoints: [
          { addresses: ["10.200.129.5"], hostname: "redis-0", conditions: { ready: true } },
          { addresses: ["10.200.129.6"], hostname: "redis-1", conditions: { ready: false } },
        ],
      },
    ],
  };
  const resolve = (name: string) => resolveName(`${name}.svc.cluster.local`, directory);

  test("of a service is its address", () => {
    expect(resolve("backend.onesource")).toEqual({ addresses: ["10.96.3.4"] });
  });

  test("of a headless service is its ready pods, or one of them", () => {
    expect(resolve("redis.onesource")).toEqual({ addresses: ["10.200.129.5"] });
    expect(resolve("redis-0.redis.onesource")).toEqual({ addresses: ["10.200.129.5"] });
    expect(resolve("redis-1.redis.onesource")).toBeUndefined();
  });

  test("may stand for another one", () => {
    expect(resolve("llm.onesource")).toEqual({ addresses: [], alias: "api.example.com" });
  });

  test("is unknown in another namespace, below a service with an address, and outside of the cluster", () => {
    expect(resolve("backend.ethixai")).toBeUndefined();
    expect(resolve("x.backend.onesource")).toBeUndefined();
    expect(resolveName("example.com", directory)).toBeUndefined();
  });
});
