import { servePacks } from "../core/crossguard.ts";
import { reliability } from "./pack.ts";

servePacks(reliability, [reliability], import.meta.dirname);
