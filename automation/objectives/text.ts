import { Document } from "yaml";
import type { MonitoringFacts } from "../../components/alerting/facts.ts";
import { openSlo } from "../../components/objectives/open-slo/export.ts";
import { yamlText } from "../plan/kubernetes/yaml.ts";
import type { Json } from "../plan/wire.ts";

/** Text that no reader of YAML takes for something else, once it is in quotes where it has to be. */
const PRINTABLE = /^[ -~]*$/;

/** One document: in as few quotes as may be, for people read it; all of them where there are letters that readers differ on. */
function documentText(value: Json): string {
  if (!PRINTABLE.test(JSON.stringify(value))) return yamlText(value);
  const document = new Document(value, { compat: "yaml-1.1", aliasDuplicateObjects: false });
  return document.toString({ lineWidth: 0 });
}

/** Systems' objectives as one text of OpenSLO: what `openslo/<system>.yaml` holds, for each. */
export function openSloText(systems: readonly MonitoringFacts[]): string {
  return systems
    .flatMap(openSlo)
    .map((document) => documentText(document as unknown as Json))
    .join("---\n");
}
