import { createHash } from "node:crypto";
import { type TarEntry, tar } from "./tar.ts";

/** How a container of the image starts, where its pod does not say otherwise. */
export interface ImageConfig {
  readonly Entrypoint?: readonly string[];
  readonly Cmd?: readonly string[];
  /** `NAME=VALUE` each. */
  readonly Env?: readonly string[];
  /** Numeric, so that a kubelet can tell that it is not root. */
  readonly User?: string;
  readonly WorkingDir?: string;
  readonly ExposedPorts?: Readonly<Record<string, Readonly<Record<string, never>>>>;
}

/** A layer of an image: files that lie over those of the layers before. */
export interface Layer {
  readonly pieces: readonly Buffer[];
  readonly digest: string;
  readonly size: number;
}

/** An image to be written. */
export interface Image {
  /** Full name: `docker.io/sandbox/demo:1.0.0`. */
  readonly name: string;
  readonly layers: readonly Layer[];
  readonly config: ImageConfig;
}

/** Node's names of processors in those of images. */
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: "amd64", arm64: "arm64" };

/** Makes a layer of files, and the folders above them. */
export function layer(entries: readonly TarEntry[]): Layer {
  const pieces = [...tar(withFolders(entries))];
  return { pieces, ...describe(pieces) };
}

/**
 * The pieces of an archive with all of the images, as `ctr images import` takes it (an OCI image layout). Layers that
 * images share are in it once. The same images make the same bytes.
 */
export function ociArchive(images: readonly Image[], architecture = process.arch): Generator<Buffer> {
  const blobs = new Map<string, readonly Buffer[]>();
  const add = (pieces: readonly Buffer[]) => {
    const { digest, size } = describe(pieces);
    blobs.set(digest, pieces);
    return { digest, size };
  };
  const platform = { architecture: ARCHITECTURES[architecture] ?? architecture, os: "linux" };
  const manifests = images.map(({ name, layers, config }) => {
    for (const { digest, pieces } of layers) blobs.set(digest, pieces);
    const configBlob = add([
      json({ ...platform, config, rootfs: { type: "layers", diff_ids: layers.map(({ digest }) => digest) } }),
    ]);
    const manifest = add([
      json({
        schemaVersion: 2,
        mediaType: "application/vnd.oci.image.manifest.v1+json",
        config: { mediaType: "application/vnd.oci.image.config.v1+json", ...configBlob },
        layers: layers.map(({ digest, size }) => ({
          mediaType: "application/vnd.oci.image.layer.v1.tar",
          digest,
          size,
        })),
      }),
    ]);
    return {
      mediaType: "application/vnd.oci.image.manifest.v1+json",
      ...manifest,
      platform,
      annotations: { "io.containerd.image.name": name, "org.opencontainers.image.ref.name": name },
    };
  });
  return tar([
    { path: "oci-layout", content: json({ imageLayoutVersion: "1.0.0" }) },
    { path: "index.json", content: json({ schemaVersion: 2, manifests }) },
    ...[...blobs].map(([digest, content]) => ({ path: `blobs/${digest.replace(":", "/")}`, content })),
  ]);
}

/** A file's folders come before it, once each, unless they are among the entries. */
function withFolders(entries: readonly TarEntry[]): TarEntry[] {
  const known = new Set(entries.filter(({ content }) => content === undefined).map(({ path }) => path));
  return entries.flatMap((entry) => {
    const parts = entry.path.split("/").slice(0, -1).filter(Boolean);
    const above = parts.map((_, index) => `${parts.slice(0, index + 1).join("/")}/`);
    const missing = above.filter((path) => path !== entry.path && !known.has(path));
    for (const path of missing) known.add(path);
    return [...missing.map((path) => ({ path })), entry];
  });
}

function describe(pieces: readonly Buffer[]): { readonly digest: string; readonly size: number } {
  const hash = createHash("sha256");
  let size = 0;
  for (const piece of pieces) {
    hash.update(piece);
    size += piece.length;
  }
  return { digest: `sha256:${hash.digest("hex")}`, size };
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}
