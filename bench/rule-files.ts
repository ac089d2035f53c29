/**
 * Makes what watches as many services as its first argument says, each with three objectives, in a process of its own, and
 * prints `{seconds, processorSeconds, pieces, bytes}`; not for starting up. The second argument says what is made: `rules` as data,
 * `rules as YAML`, as `plan --out` writes them, `dashboards` or `OpenSLO`.
 */
import { openSloText } from "../automation/objectives/text.ts";
import { rulesText } from "../automation/plan/monitoring/files.ts";
import { systemRules } from "../components/alerting/rules.ts";
import { dashboardFiles } from "../components/dashboards/files.ts";
import { monitoredSystem, OBJECTIVES } from "./monitored.ts";

const [count, what = ""] = process.argv.slice(2);
const facts = monitoredSystem(Number(count), OBJECTIVES);

/** What was made, and how to count it once the time was taken. */
type Made = { readonly pieces: number; readonly bytes: number };
const countRules = () => systemRules(facts).flatMap(({ rules }) => rules).length;
const makers: Readonly<Record<string, () => () => Made>> = {
  rules: () => {
    const groups = systemRules(facts);
    return () => ({ pieces: countRules(), bytes: JSON.stringify(groups).length });
  },
  "rules as YAML": () => {
    const { length } = rulesText(facts);
    return () => ({ pieces: countRules(), bytes: length });
  },
  dashboards: () => {
    const files = dashboardFiles(facts);
    return () => ({ pieces: files.size, bytes: [...files.values()].join("").length });
  },
  OpenSLO: () => {
    const text = openSloText([facts]);
    return () => ({ pieces: text.split("\n---\n").length, bytes: text.length });
  },
};

const make = makers[what];
if (make === undefined) throw new RangeError(`"${what}" must be one of ${Object.keys(makers).join(", ")}`);
const begin = performance.now();
const processor = process.cpuUsage();
const made = make();
const { user, system } = process.cpuUsage(processor);
const seconds = (performance.now() - begin) / 1000;
console.log(JSON.stringify({ seconds, processorSeconds: (user + system) / 1e6, ...made() }));
