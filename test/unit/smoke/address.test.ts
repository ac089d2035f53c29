import { describe, expect, test } from "vitest";
import { edgeAddress, localAddress } from "../../../automation/smoke/address.ts";
import { checkAddress } from "../../../ops/smoke/url.ts";

describe("checkAddress", () => {
  test.each([
    ["https://api.example.com", "https://api.example.com/"],
    ["https://api.example.com/v2", "https://api.example.com/v2"],
    ["http://localhost:8080", "http://localhost:8080/"],
    ["http://127.0.0.1:8080", "http://127.0.0.1:8080/"],
    ["http://[::1]:8080", "http://[::1]:8080/"],
  ])("takes %s", (text, href) => {
    expect(checkAddress(text, false).href).toBe(href);
  });

  test.each([
    ["api.example.com", '"api.example.com" is no address'],
    ["ftp://api.example.com", '"ftp://api.example.com" is no address'],
    ["", '"" is no address'],
    [
      "http://api.example.com/v2",
      "http://api.example.com/v2 is not encrypted, and the tests send a password: use https://api.example.com",
    ],
    ["http://127.0.0.1.example.com", "is not encrypted"],
    ["http://10.0.0.1", "is not encrypted"],
    ["https://ada:hunter2@api.example.com", "the address of api.example.com holds a user, a password"],
    [
      "https://api.example.com/?key=hunter2",
      "the address of api.example.com holds a user, a password, a query",
    ],
    ["ftp://ada:hunter2@api.example.com", "the address of api.example.com holds a user, a password"],
  ])("refuses %s", (text, message) => {
    const wrong = () => checkAddress(text, false);
    expect(wrong).toThrow(expect.objectContaining({ name: "UsageError" }));
    expect(wrong).toThrow(message);
    expect(wrong).not.toThrow("hunter2");
  });

  test("takes plain http to another machine where that is allowed", () => {
    expect(checkAddress("http://backend.shop.svc:8080", true).host).toBe("backend.shop.svc:8080");
  });
});

describe("localAddress", () => {
  const services = [
    ["sandbox", "backend", "ethixai", "http://127.0.0.1:1"],
    ["production", "backend", "ethixai", "http://127.0.0.1:2"],
    ["sandbox", "backend", "shop", "http://127.0.0.1:3"],
    ["sandbox", "ai-core", "ethixai", "http://127.0.0.1:4"],
  ].map(([stack = "", name = "", system = "", url = ""]) => ({
    name,
    owner: `urn:pulumi:${stack}::slipway::gcp:cloudrunv2/service:Service::${system}-${name}`,
    labels: { system, environment: "sandbox" },
    url,
  }));

  test("is the backend of that system and stack", () => {
    const local = (stack: string) => ({ local: { stack, environment: "sandbox" } });
    expect(localAddress(services, "sandbox", "ethixai")).toEqual({
      url: "http://127.0.0.1:1",
      ...local("sandbox"),
    });
    expect(localAddress(services, "production", "ethixai")).toEqual({
      url: "http://127.0.0.1:2",
      ...local("production"),
    });
  });

  test("says what there is instead, and the command that deploys it", () => {
    expect(() => localAddress(services, "production", "shop")).toThrow(
      'the local cloud has no shop/backend of the stack "production"; it has ethixai/backend. Deploy it: slipway up --stack production --sandbox',
    );
    expect(() => localAddress([], "sandbox", "ethixai")).toThrow(
      "it has nothing. Deploy it: slipway up --stack sandbox",
    );
  });
});

test("edgeAddress is the system's edge, or says how to see what there is", () => {
  const outputs = { ethixai: { edge: { url: "https://api.ethixai.example", address: "1.2.3.4" } } };
  expect(edgeAddress(outputs, "staging", "ethixai")).toBe("https://api.ethixai.example");
  for (const wrong of [{}, { ethixai: {} }, { ethixai: { edge: { url: 7 } } }]) {
    expect(() => edgeAddress(wrong, "staging", "ethixai")).toThrow(
      'the outputs of the stack "staging" name no ethixai.edge.url. See what they name, and give --url: slipway outputs --stack staging',
    );
  }
});
