import { parse } from "yaml";
import { deployableFiles } from "../../../automation/plan/deployable.ts";
import { run } from "./support.ts";

// biome-ignore lint/suspicious/noExplicitAny: what a file says is for each test to know
type Parsed = any;

/** The compose file of a program of one system `shop`, and what comes with it. */
export async function composed(program: () => void) {
  const { files, notes } = deployableFiles(await run(program));
  const text = files.get("compose/shop.yaml") ?? "";
  const document: Parsed = parse(text) ?? {};
  const services: Record<string, Parsed> = document.services ?? {};
  const sorted = new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
  return { files: sorted, notes, text, document, services, header: text.split("\nname: ")[0] ?? "" };
}
