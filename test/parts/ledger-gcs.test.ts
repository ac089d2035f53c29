import { randomBytes } from "node:crypto";
import { type IncomingMessage, request, type ServerResponse } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import { takeLease } from "../../automation/rollout/ledger/lease.ts";
import type { LedgerStore } from "../../components/release/ledger-store.ts";
import { openLedger } from "../../components/release/stores/open.ts";
import { serveInTest } from "../support/http.ts";
import { ask, asked, ledgerWith, testLedgerLaws } from "../support/ledger/laws.ts";
import { askInstead, describeWithStorage, type TestStorage } from "../support/storage.ts";

/** A bucket of the test's own, and ways to a ledger in it. */
async function newBucket(storage: TestStorage) {
  const bucket = `test-${randomBytes(5).toString("hex")}`;
  await storage.client.createBucket(bucket);
  const open = () => openLedger(`gs://${bucket}/releases/production.json`);
  return { bucket: storage.client.bucket(bucket), open };
}

/** Has the ledger's client ask a server that the test answers for. */
async function answerWith(answer: (asked: IncomingMessage, response: ServerResponse) => void): Promise<void> {
  const before = process.env.STORAGE_EMULATOR_HOST;
  const { url } = await serveInTest(answer);
  askInstead(url);
  onTestFinished(() => askInstead(before));
}

/** Google's form of an error. */
const refuse = (code: number, message: string) => (_asked: IncomingMessage, response: ServerResponse) => {
  response.writeHead(code, { "content-type": "application/json" });
  response.end(JSON.stringify({ error: { code, message, errors: [{ message, reason: "any" }] } }));
};

const both = (store: LedgerStore) =>
  Promise.allSettled([store.read(), store.write(ledgerWith("shop/api:1"), undefined)]).then((settled) =>
    settled.map((each) => (each as PromiseRejectedResult).reason?.message as string),
  );

describeWithStorage("a ledger in a bucket", (storage) => {
  testLedgerLaws(async () => (await newBucket(storage)).open);

  test("keeps the versions before where the bucket does", async () => {
    const { bucket, open } = await newBucket(storage);
    await bucket.setMetadata({ versioning: { enabled: true } });
    for (const name of ["ada", "ben", "cleo"]) await ask(open(), name);
    expect(await asked(open())).toEqual(["ada", "ben", "cleo"]);
    const [files] = await bucket.getFiles({ versions: true });
    expect(files.map(({ name }) => name)).toEqual(Array(3).fill("releases/production.json"));
  });

  test("EA-10 gives one of two drivers the lease", async () => {
    const { open } = await newBucket(storage);
    const now = () => new Date("2026-11-21T12:00:00.000Z");
    const take = (holder: string) => takeLease(open(), "shop/api", { holder, seconds: 60, now });
    const taken = await Promise.allSettled([take("a"), take("b")]);
    expect(taken.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  });

  test.each(["", '{"schemaVersion":1}'])("is left alone where it holds %j", async (text) => {
    const { bucket, open } = await newBucket(storage);
    const file = bucket.file("releases/production.json");
    await file.save(text, { resumable: false });
    await expect(ask(open(), "ada")).rejects.toThrow(/^the ledger gs:.* holds something that is no ledger/);
    expect(await open().write(ledgerWith("shop/api:1"), undefined)).toBeUndefined();
    expect(String((await file.download())[0])).toBe(text);
  });

  test("in a bucket that isn't there is refused, with the commands that make it", async () => {
    const store = openLedger("gs://shop-releases/production.json");
    const why = `there is no bucket "shop-releases". Make it, with versions to go back to:
  gcloud storage buckets create gs://shop-releases --uniform-bucket-level-access
  gcloud storage buckets update gs://shop-releases --versioning`;
    expect(await both(store)).toEqual([
      `the ledger gs://shop-releases/production.json can't be read: ${why}`,
      `the ledger gs://shop-releases/production.json can't be written: ${why}`,
    ]);
  });

  test("that the account may not use is refused, with the role that it needs", async () => {
    const denied = "ci@shop.iam.gserviceaccount.com does not have storage.objects.get access";
    await answerWith(refuse(403, denied));
    for (const message of await both(openLedger("gs://shop-releases/production.json"))) {
      expect(message).toContain(denied);
      expect(message).toContain(
        "gcloud storage buckets add-iam-policy-binding gs://shop-releases --member=serviceAccount:EMAIL --role=roles/storage.objectUser",
      );
    }
  });

  test("a write whose answer is lost is the writer's own when it is asked again", async () => {
    const { open } = await newBucket(storage);
    const real = new URL(storage.url);
    let uploads = 0;
    await answerWith((asked, response) => {
      const { method, url: path, headers } = asked;
      const upload = path?.startsWith("/upload/") === true;
      if (upload) uploads += 1;
      const isLost = upload && uploads === 1;
      const forwarded = request({ host: real.hostname, port: real.port, method, path, headers }, (answer) => {
        if (isLost) answer.resume().once("end", () => response.destroy());
        else {
          response.writeHead(answer.statusCode ?? 500, answer.headers);
          answer.pipe(response);
        }
      });
      asked.pipe(forwarded);
    });
    const store = open();
    const version = await store.write(ledgerWith("shop/api:1"), undefined);
    expect(uploads).toBe(2);
    expect(await store.read()).toEqual({ ledger: ledgerWith("shop/api:1"), version });
  });
});
