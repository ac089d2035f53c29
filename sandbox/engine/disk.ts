import { statfs } from "node:fs/promises";
import { dirname } from "node:path";

/** Bytes that this user may still write on the file system that holds `folder` (which need not exist yet). */
export async function freeBytes(folder: string): Promise<number> {
  for (let at = folder; ; at = dirname(at)) {
    try {
      const { bavail, bsize } = await statfs(at);
      return bavail * bsize;
    } catch (error) {
      if (dirname(at) === at) throw error;
    }
  }
}

/** Bytes as a person reads them: `115 MB`, `2.8 GB` (powers of 1000, as disks are sold). */
export function showBytes(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`;
  if (bytes >= 1e6) return `${Math.round(bytes / 1e6)} MB`;
  return `${Math.ceil(bytes / 1e3)} kB`;
}
