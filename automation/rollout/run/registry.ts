/** Where an image lies: `https://HOST/v2/NAME/manifests/REFERENCE`. */
export interface ImageAddress {
  readonly host: string;
  readonly name: string;
  /** A tag, or a digest. */
  readonly reference: string;
}

/** What a registry said of an image; `unanswered`: it could not be asked, which says nothing of the image. */
export type Presence =
  | { readonly kind: "there" }
  | { readonly kind: "missing" }
  | { readonly kind: "unanswered"; readonly why: string };

/** What a manifest may be: of one platform, or a list of them. */
const MANIFESTS = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

/** Milliseconds that a registry has for its answer. */
const PATIENCE = 10_000;

/** Reads `HOST/NAME:TAG` or `HOST/NAME@sha256:…`; undefined where no registry is named. */
export function imageAddress(image: string): ImageAddress | undefined {
  const [, host, name, tag, digest] =
    /^((?:[\w-]+\.)+[\w-]+(?::\d+)?|localhost:\d+)\/([a-z0-9._/-]+?)(?::([\w.-]+))?(?:@(sha256:[0-9a-f]{64}))?$/.exec(
      image,
    ) ?? [];
  if (host === undefined || name === undefined) return undefined;
  return { host, name, reference: digest ?? tag ?? "latest" };
}

/** The token that a registry's challenge tells where to get (the distribution specification's token flow). */
async function challenged(challenge: string, send: typeof fetch): Promise<string | undefined> {
  const told = Object.fromEntries(
    [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = "", value = ""]) => [key, value]),
  );
  const realm = URL.parse(told.realm ?? "");
  if (!/^Bearer /i.test(challenge) || realm?.protocol !== "https:") return undefined;
  for (const key of ["service", "scope"]) if (told[key] !== undefined) realm.searchParams.set(key, told[key]);
  const answer = await send(realm, { signal: AbortSignal.timeout(PATIENCE) });
  const { token, access_token } = (await answer.json()) as { token?: string; access_token?: string };
  return token ?? access_token;
}

/**
 * Asks a registry whether an image is there. Nothing is pulled.
 * @param token bearer token, for a registry that doesn't show its images to everybody
 */
export async function imagePresence(
  { host, name, reference }: ImageAddress,
  token: string | undefined,
  send: typeof fetch = fetch,
): Promise<Presence> {
  const scheme = /^(localhost|127\.0\.0\.1)(:|$)/.test(host) ? "http" : "https";
  const ask = (bearer: string | undefined) =>
    send(`${scheme}://${host}/v2/${name}/manifests/${reference}`, {
      method: "HEAD",
      headers: {
        accept: MANIFESTS,
        ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
      },
      signal: AbortSignal.timeout(PATIENCE),
    });
  try {
    let answer = await ask(token);
    const challenge = answer.headers.get("www-authenticate");
    if (answer.status === 401 && token === undefined && challenge !== null) {
      answer = await ask(await challenged(challenge, send));
    }
    if (answer.ok) return { kind: "there" };
    if (answer.status === 404) return { kind: "missing" };
    return { kind: "unanswered", why: `${host} answered ${answer.status}` };
  } catch (error) {
    const { message, cause } = error as Error;
    return { kind: "unanswered", why: `${host}: ${cause instanceof Error ? cause.message : message}` };
  }
}
