import { createHash, randomUUID } from "node:crypto";
import type { Bucket, File } from "@google-cloud/storage";
import { EMPTY_LEDGER, type Ledger } from "../ledger.ts";
import { LedgerError, type LedgerSnapshot, type LedgerStore } from "../ledger-store.ts";
import { ledgerFromText, ledgerToText, wordsOf } from "./text.ts";

/** Names the write that an object comes from, in the object's own metadata. */
const WRITE_KEY = "slipway-write";

/** Milliseconds for one answer. */
const PATIENCE_MILLISECONDS = 15_000;
/** Seconds for one question with all its repetitions. */
const TOTAL_SECONDS = 60;

/** How often an object may be replaced between the question which one it is and the question what is in it. */
const READS = 10;

/**
 * A ledger in a bucket of Google Cloud Storage: for several machines. Who uses it needs `roles/storage.objectUser` on the
 * bucket, and credentials where Google's libraries look for them; who only previews, `roles/storage.objectViewer`. Versions of
 * the bucket's objects (`gcloud storage buckets update gs://BUCKET --versioning`) keep what was there before each write: a way
 * back from a mistake by hand. Google allows about one write a second of one object, which many releases at once can reach:
 * then they wait. `STORAGE_EMULATOR_HOST` is heeded.
 */
export class GcsLedger implements LedgerStore {
  readonly address: string;
  readonly #bucketName: string;
  readonly #object: string;
  #bucket: Promise<Bucket> | undefined;

  constructor(address: string, place: { readonly bucket: string; readonly object: string }) {
    this.address = address;
    this.#bucketName = place.bucket;
    this.#object = place.object;
  }

  async read(): Promise<LedgerSnapshot> {
    for (let reads = 0; reads < READS; reads++) {
      const found = await this.#asked("read", async (bucket) => {
        const there = await metadataOf(bucket.file(this.#object));
        if (there === undefined) {
          // Also answered by 404: a bucket that is missing, and whatever else answers in Google's place. A list tells.
          await bucket.getFiles({ prefix: this.#object, maxResults: 1, autoPaginate: false });
          return { text: undefined, version: undefined };
        }
        const { generation } = there;
        // That very one: its generation and its content belong together.
        const text = await contentOf(bucket.file(this.#object, { generation }));
        return text === undefined ? undefined : { text, version: generation };
      });
      if (found === undefined) continue;
      const { text, version } = found;
      if (text === undefined) return { ledger: EMPTY_LEDGER, version };
      return { ledger: ledgerFromText(text, `the ledger ${this.address}`), version };
    }
    throw new LedgerError(
      `the ledger ${this.address} was replaced ${READS} times while it was read. See what else writes to it.`,
    );
  }

  async write(ledger: Ledger, expected: string | undefined): Promise<string | undefined> {
    const text = ledgerToText(ledger, `the ledger ${this.address}`, 2);
    const write = randomUUID();
    return await this.#asked("written", async (bucket) => {
      const file = bucket.file(this.#object);
      try {
        await file.save(text, {
          resumable: false,
          // Told beforehand, so that what comes wrong is refused; the library would delete what it finds wrong afterwards.
          validation: false,
          metadata: {
            contentType: "application/json",
            cacheControl: "no-store",
            md5Hash: createHash("md5").update(text).digest("base64"),
            metadata: { [WRITE_KEY]: write },
          },
          preconditionOpts: { ifGenerationMatch: expected ?? 0 },
        });
        return String(file.metadata.generation);
      } catch (error) {
        if (codeOf(error) !== 412) throw error;
        // The library repeats a write whose answer was lost, and is then told that its own first try was quicker.
        const there = await metadataOf(bucket.file(this.#object));
        return there?.write === write ? there.generation : undefined;
      }
    });
  }

  async #asked<T>(what: string, work: (bucket: Bucket) => Promise<T>): Promise<T> {
    try {
      this.#bucket ??= openBucket(this.#bucketName);
      return await work(await this.#bucket);
    } catch (error) {
      throw new LedgerError(`the ledger ${this.address} can't be ${what}: ${this.#why(error)}`);
    }
  }

  #why(error: unknown): string {
    const bucket = this.#bucketName;
    switch (codeOf(error)) {
      case 404:
        return `there is no bucket "${bucket}". Make it, with versions to go back to:\n  gcloud storage buckets create gs://${bucket} --uniform-bucket-level-access\n  gcloud storage buckets update gs://${bucket} --versioning`;
      case 401:
      case 403:
        return `${wordsOf(error)}\nThis account needs roles/storage.objectUser on the bucket (to preview, roles/storage.objectViewer):\n  gcloud storage buckets add-iam-policy-binding gs://${bucket} --member=serviceAccount:EMAIL --role=roles/storage.objectUser`;
    }
    const words = wordsOf(error);
    if ((error as { code?: unknown }).code === "ERR_MODULE_NOT_FOUND") {
      return "its client is missing: npm install @google-cloud/storage";
    }
    if (/default credentials/i.test(words)) {
      return `there are no Google credentials here. Log in by \`gcloud auth application-default login\`, or name a file of them in GOOGLE_APPLICATION_CREDENTIALS.`;
    }
    return `${words}. See whether this machine reaches ${process.env.STORAGE_EMULATOR_HOST ?? "storage.googleapis.com"}, and try again.`;
  }
}

async function openBucket(name: string): Promise<Bucket> {
  const { Storage } = await import("@google-cloud/storage");
  const storage = new Storage({
    timeout: PATIENCE_MILLISECONDS,
    retryOptions: { totalTimeout: TOTAL_SECONDS, maxRetries: 5 },
  });
  // The library leaves the path out where it asks an emulator; no emulator does.
  storage.baseUrl = `${storage.apiEndpoint}/storage/v1`;
  return storage.bucket(name);
}

/** Which object is there, and which write it comes from; undefined where there is none. */
async function metadataOf(
  file: File,
): Promise<{ readonly generation: string; readonly write: unknown } | undefined> {
  try {
    const [{ generation, metadata }] = await file.getMetadata();
    return { generation: String(generation), write: metadata?.[WRITE_KEY] };
  } catch (error) {
    return unlessMissing(error);
  }
}

async function contentOf(file: File): Promise<string | undefined> {
  try {
    const [content] = await file.download();
    return content.toString("utf8");
  } catch (error) {
    return unlessMissing(error);
  }
}

function unlessMissing(error: unknown): undefined {
  if (codeOf(error) === 404) return undefined;
  throw error;
}

function codeOf(error: unknown): number {
  return Number((error as { code?: unknown }).code);
}
