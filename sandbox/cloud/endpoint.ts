import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { CloudEndpoint } from "./api.ts";

/** What `endpoint.json` says, or undefined when there is none, or none that can be read. */
export function readEndpoint(folder: string): CloudEndpoint | undefined {
  try {
    const value = JSON.parse(readFileSync(join(folder, "endpoint.json"), "utf8")) as Partial<CloudEndpoint>;
    const { url, token, pid, startedAt } = value;
    if (typeof url !== "string" || typeof token !== "string") return undefined;
    return { url, token, pid: Number(pid), startedAt: String(startedAt) };
  } catch {
    return undefined;
  }
}
