import { servePacks } from "../core/crossguard.ts";
import { cost } from "./pack.ts";

servePacks(cost, [cost], import.meta.dirname);
