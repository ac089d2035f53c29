/** Where a ledger is, taken apart. */
export type LedgerPlace =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "gcs"; readonly bucket: string; readonly object: string }
  | { readonly kind: "config-map"; readonly namespace: string; readonly name: string };

const FORMS = [
  "  file:PATH                   a file, for one machine; relative to the stack file's folder: file:.slipway/ledger.json",
  "  gs://BUCKET/PATH.json       an object in Google Cloud Storage: gs://shop-releases/production.json",
  "  kubernetes://NAMESPACE/NAME a ConfigMap: kubernetes://shop/release-ledger",
].join("\n");

/** Nothing that a shell or a URL would take for something else: no `~`, no `//host`. */
const FILE = /^file:(?!~)(?!\/\/(?!\/))([^\0]*[^/\0])$/;
/** https://cloud.google.com/storage/docs/buckets#naming; objects have no control characters, and no empty parts here. */
const OBJECT =
  /^gs:\/\/([a-z0-9][a-z0-9._-]{1,220}[a-z0-9])\/((?:[^/\p{Cc}#?*[\]]+\/)*[^/\p{Cc}#?*[\]]+\.json)$/u;
/** A label of DNS, and a name of DNS, as the API server has it. */
const CONFIG_MAP =
  /^kubernetes:\/\/([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)\/([a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?)$/;

/** Takes an address apart; undefined where it is none. */
export function ledgerPlace(address: string): LedgerPlace | undefined {
  const [, path] = FILE.exec(address) ?? [];
  if (path !== undefined && !/^\.{1,2}$|\/\.{1,2}$/.test(path)) {
    // `file:///var/x` is as good a way to write `file:/var/x`.
    return { kind: "file", path: path.replace(/^\/+/, "/") };
  }
  const [, bucket, object] = OBJECT.exec(address) ?? [];
  if (bucket !== undefined && object !== undefined) return { kind: "gcs", bucket, object };
  const [, namespace, name] = CONFIG_MAP.exec(address) ?? [];
  if (namespace !== undefined && name !== undefined) return { kind: "config-map", namespace, name };
  return undefined;
}

/** What is wrong with a ledger's address, with the forms that there are; undefined where it is right. */
export function ledgerAddressProblem(address: string): string | undefined {
  if (ledgerPlace(address) !== undefined) return undefined;
  return `"${address}" is no address of a ledger; write one of\n${FORMS}`;
}
