import { servePacks } from "../core/crossguard.ts";
import { security } from "./pack.ts";

servePacks(security, [security], import.meta.dirname);
