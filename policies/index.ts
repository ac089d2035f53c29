import { packs } from "./catalogue.ts";
import { servePacks } from "./core/analyzer/serve.ts";

const all = { name: "slipway", description: "All of Slipway's policy packs in one process." };
servePacks(all, packs, import.meta.dirname);
