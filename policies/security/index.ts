import { servePacks } from "../core/analyzer/serve.ts";
import { security } from "./pack.ts";

servePacks(security, [security], import.meta.dirname, async () => (await import("../catalogue.ts")).packs);
