/** One entry of an archive. */
export interface TarEntry {
  /** Path without a leading slash; at most 100 characters. */
  readonly path: string;
  /** Content; undefined for a folder. */
  readonly content?: Buffer | readonly Buffer[];
  /** Permissions. Default: 0o644, 0o755 for a folder. */
  readonly mode?: number;
  /** Numeric owner of user and group. Default: 0. */
  readonly owner?: number;
}

const BLOCK = 512;

/**
 * The pieces of an archive in the format that every tar reads (ustar), in order. The same entries make the same bytes:
 * no time is in it. Contents are passed on, not copied.
 */
export function* tar(entries: readonly TarEntry[]): Generator<Buffer> {
  for (const entry of entries) {
    const pieces = entry.content === undefined ? [] : [entry.content].flat();
    const size = pieces.reduce((sum, piece) => sum + piece.length, 0);
    yield header(entry, size);
    yield* pieces;
    if (size % BLOCK > 0) yield Buffer.alloc(BLOCK - (size % BLOCK));
  }
  yield Buffer.alloc(2 * BLOCK);
}

function header({ path, content, mode, owner = 0 }: TarEntry, size: number): Buffer {
  if (Buffer.byteLength(path) > 100)
    throw new Error(`"${path}" is longer than 100 bytes: no name for an archive.`);
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, at: number, width: number) =>
    block.write(`${value.toString(8).padStart(width - 1, "0")}\0`, at);
  block.write(path, 0);
  octal(mode ?? (content === undefined ? 0o755 : 0o644), 100, 8);
  octal(owner, 108, 8);
  octal(owner, 116, 8);
  octal(size, 124, 12);
  octal(0, 136, 12); // time
  block.write("        ", 148); // the checksum counts as spaces
  block.write(content === undefined ? "5" : "0", 156);
  block.write("ustar\0" + "00", 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return block;
}
