import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { answerApi } from "../../../sandbox/images/demo/api.ts";
import { type Sealer, sealerOf } from "../../../sandbox/images/demo/sealed.ts";

/** Asks an instance of a service. */
async function ask(seals: Sealer, route: string, options: { token?: string; json?: unknown } = {}) {
  const [method, url] = route.split(" ");
  const { token, json } = options;
  const headers = { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) };
  const body = json === undefined ? [] : [Buffer.from(JSON.stringify(json))];
  const request = Object.assign(Readable.from(body), { method, url, headers }) as unknown as IncomingMessage;
  return await answerApi(request, seals);
}

const ADA = { email: "ada@example.com", password: "a long password" };
const tokenOf = async (seals: Sealer, email = ADA.email) => {
  const answer = await ask(seals, "POST /api/auth/login", { json: { ...ADA, email } });
  return (answer as { body: { token: string } }).body.token;
};
const dataset = (seals: Sealer) =>
  seals.seal("dataset", { owner: ADA.email, rows: 2, rates: { a: 1, b: 0.5 } });

describe("the demo image's stand-in for EthixAI's API", () => {
  test("is known to every instance of its service, and to no other service", async () => {
    const [one, two, other] = [sealerOf("backend"), sealerOf("backend"), sealerOf("shop")];
    const token = await tokenOf(one);
    const json = { datasetId: dataset(one) };
    expect(await ask(two, "POST /api/analyses", { token, json })).toMatchObject({ status: 202 });
    expect(await ask(other, "POST /api/analyses", { token, json })).toMatchObject({ status: 401 });
  });

  test("gives a new token for each login", async () => {
    const seals = sealerOf("backend");
    expect(await tokenOf(seals)).not.toBe(await tokenOf(seals));
  });

  test("reports what was in the data, once the analysis is done", async () => {
    const seals = sealerOf("backend");
    const token = await tokenOf(seals);
    const done = Date.parse("2026-01-01T00:00:00Z");
    const facts = { owner: ADA.email, rows: 4, rates: { a: 1, b: 0.25 } };
    const id = seals.seal("analysis", { ...facts, done });
    expect(await ask(seals, `GET /api/analyses/${id}`, { token })).toMatchObject({
      body: { id, status: "done" },
    });
    expect(await ask(seals, `GET /api/reports/${id}`, { token })).toEqual({
      status: 200,
      body: {
        analysisId: id,
        createdAt: "2026-01-01T00:00:00.000Z",
        rows: 4,
        metrics: [
          { name: "demographic_parity_difference", value: 0.75 },
          { name: "selection_rate_a", value: 1 },
          { name: "selection_rate_b", value: 0.25 },
        ],
      },
    });
    const later = seals.seal("analysis", { ...facts, done: Date.now() + 60_000 });
    expect(await ask(seals, `GET /api/analyses/${later}`, { token })).toMatchObject({
      body: { status: "running" },
    });
    expect(await ask(seals, `GET /api/reports/${later}`, { token })).toMatchObject({ status: 409 });
  });

  test("refuses what is nobody's, somebody else's, or not what it says", async () => {
    const seals = sealerOf("backend");
    const [ada, bob] = [await tokenOf(seals), await tokenOf(seals, "bob@example.com")];
    const id = dataset(seals);
    const expired = seals.seal("token", { owner: ADA.email, until: Date.now() - 1 });
    const status = async (route: string, token?: string) =>
      (await ask(seals, route, token === undefined ? {} : { token }))?.status;
    expect(await status(`DELETE /api/datasets/${id}`)).toBe(401);
    expect(await status(`DELETE /api/datasets/${id}`, expired)).toBe(401);
    expect(await status(`DELETE /api/datasets/${id}`, bob)).toBe(404);
    expect(await status(`DELETE /api/datasets/${id}`, id)).toBe(401);
    expect(await status(`GET /api/analyses/${id}`, ada)).toBe(404);
    expect(await status(`DELETE /api/datasets/${id}`, ada)).toBe(204);
    expect(await status(`DELETE /api/users/${seals.seal("user", { email: ADA.email })}`, bob)).toBe(404);
  });

  test.each([
    [{ ...ADA, email: "ada" }, "email: no address"],
    [{ ...ADA, password: "short" }, "password: shorter than 12 characters"],
    [{ ...ADA, expiresAt: "tomorrow" }, "expiresAt: no date"],
    ["ada", "the body is no JSON object"],
  ])("registers nobody with %j", async (json, error) => {
    const answer = await ask(sealerOf("backend"), "POST /api/auth/register", { json });
    expect(answer).toEqual({ status: 400, body: { error } });
  });

  test("leaves every other path to the image", async () => {
    for (const route of [
      "GET /",
      "GET /api/datasets",
      "GET /api/auth/login",
      "POST /api/reports/x",
      "GET /api/reports/",
    ]) {
      expect(await ask(sealerOf("backend"), route)).toBeUndefined();
    }
  });
});

test("what is sealed is read back as it was, as its own kind, and not where a character differs", () => {
  const seals = sealerOf("backend");
  const values = fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer()));
  fc.assert(
    fc.property(values, fc.nat(), (value, place) => {
      const sealed = seals.seal("user", value);
      expect(seals.open("user", sealed)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(seals.open("token", sealed)).toBeUndefined();
      const at = place % sealed.length;
      const changed = sealed.slice(0, at) + (sealed[at] === "A" ? "B" : "A") + sealed.slice(at + 1);
      expect(seals.open("user", changed)).toBeUndefined();
    }),
  );
});
