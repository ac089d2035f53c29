import { servePacks } from "../core/crossguard.ts";
import { slo } from "./pack.ts";

servePacks(slo, [slo], import.meta.dirname);
