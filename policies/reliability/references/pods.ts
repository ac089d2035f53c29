import type { Stack, Subject } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { attempt, type Unread } from "../../core/unknown.ts";
import { nameOf, namespaceOf, POD_TYPES, podLabels } from "../../kubernetes.ts";
import { once } from "../../kubernetes-stack.ts";

/** Objects of one kind by `namespace/name`; and those of which neither is known. */
export function directoryOf(type: (one: string) => boolean) {
  return once((stack: Stack) => {
    const byName = new Map<string, Subject>();
    const unread: Unread[] = [];
    for (const object of stack.resources.filter((one) => type(one.type))) {
      const key = attempt(() => `${namespaceOf(object)}/${nameOf(object) ?? ""}`);
      if (key.unread === undefined) byName.set(key.value, object);
      else unread.push(key.unread);
    }
    return { byName, unread };
  });
}

/** What makes pods, by namespace; and those of which the namespace is not known. */
const podMakers = once((stack: Stack) => {
  const found = new Map<string, Subject[]>();
  const unread: Unread[] = [];
  for (const maker of POD_TYPES.flatMap((type) => stack.ofType(type))) {
    const namespace = attempt(() => namespaceOf(maker));
    if (namespace.unread !== undefined) unread.push(namespace.unread);
    else {
      const known = found.get(namespace.value);
      if (known === undefined) found.set(namespace.value, [maker]);
      else known.push(maker);
    }
  }
  return { found, unread };
});

/** Each label of a namespace's pods, so that a Service looks at few. */
const byLabel = once((stack: Stack) => {
  const index = new Map<string, Subject[]>();
  const unread: Unread[] = [...podMakers(stack).unread];
  for (const [namespace, makers] of podMakers(stack).found) {
    for (const maker of makers) {
      const labels = attempt(() =>
        podLabels(maker)
          .entries()
          .map(([label, value]) => JSON.stringify([namespace, label, value.text()])),
      );
      if (labels.unread !== undefined) unread.push(labels.unread);
      for (const key of labels.value ?? []) {
        const known = index.get(key);
        if (known === undefined) index.set(key, [maker]);
        else known.push(maker);
      }
    }
  }
  return { index, unread };
});

/**
 * What makes the pods that a Service sends requests to.
 * @throws UnknownRead, MalformedRead where there is none, and one that can't be read might be it
 */
export function behind(stack: Stack, namespace: string, selector: Property): readonly Subject[] {
  const wanted = selector.entries().map(([label, value]) => [label, value.text()] as const);
  const [first] = wanted;
  const { index, unread } = byLabel(stack);
  const candidates = first === undefined ? [] : (index.get(JSON.stringify([namespace, ...first])) ?? []);
  const found = candidates.filter((maker) => {
    const labels = podLabels(maker);
    return wanted.every(([label, value]) => labels.at(label).text() === value);
  });
  if (found.length === 0 && unread[0] !== undefined) throw unread[0];
  return found;
}
