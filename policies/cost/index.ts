import { servePacks } from "../core/analyzer/serve.ts";
import { cost } from "./pack.ts";

servePacks(cost, [cost], import.meta.dirname, async () => (await import("../catalogue.ts")).packs);
