import { packs } from "./catalogue.ts";
import { servePacks } from "./core/crossguard.ts";

servePacks("slipway", "All of Slipway's policy packs in one process.", packs);
