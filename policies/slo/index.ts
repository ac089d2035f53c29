import { servePacks } from "../core/analyzer/serve.ts";
import { slo } from "./pack.ts";

servePacks(slo, [slo], import.meta.dirname, async () => (await import("../catalogue.ts")).packs);
