import { each } from "../core/finding.ts";
import type { Finding, Subject } from "../core/policy.ts";
import type { Property } from "../core/property.ts";
import { attempt } from "../core/unknown.ts";

/** Every text below a value. What is not known is handed to `unread`. */
function textsBelow(at: Property, unread: (at: Property) => void): string[] {
  if (!at.known) {
    unread(at);
    return [];
  }
  const items = attempt(() => at.items());
  if (items.unread === undefined) return items.value.flatMap((item) => textsBelow(item, unread));
  const entries = attempt(() => at.entries());
  if (entries.unread === undefined) return entries.value.flatMap(([, value]) => textsBelow(value, unread));
  return [at.text() ?? ""];
}

/** Names that some resources speak of, in whatever field or query. */
export interface Spoken {
  readonly names: ReadonlySet<string>;
  /** Where something is not known that may be a name. */
  readonly unread: readonly Finding[];
}

/** Words of a text that may be a service's name: letters, digits, `-` and `_`. */
function wordsOf(text: string): string[] {
  return text.split(/[^\w-]+/).filter((word) => word !== "");
}

/** All names that these resources speak of. Linear in their size. */
export function spokenOf(resources: readonly Subject[]): Spoken {
  const names = new Set<string>();
  const unread = each(resources, ({ props, urn }) => {
    const unknown: Property[] = [];
    for (const text of textsBelow(props, (at) => unknown.push(at)))
      for (const word of wordsOf(text)) names.add(word);
    return unknown.slice(0, 1).map(({ path }) => ({
      status: "not evaluated" as const,
      message: `${path} is not known before deployment`,
      path,
      urn,
    }));
  });
  return { names, unread };
}
