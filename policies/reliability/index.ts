import { servePacks } from "../core/analyzer/serve.ts";
import { reliability } from "./pack.ts";

servePacks(
  reliability,
  [reliability],
  import.meta.dirname,
  async () => (await import("../catalogue.ts")).packs,
);
