/** Longest name of an OpenSLO document: RFC 1123's labels. */
const LONGEST = 63;

/** Words as one name of OpenSLO: lower-case letters, digits and `-`. */
function dnsLabel(words: readonly string[]): string {
  const name = words
    .join("-")
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, "-")
    .replace(/^-+/, "");
  return name.slice(0, LONGEST).replace(/-+$/, "") || "unnamed";
}

/**
 * Names for documents of one kind, in their order: each fits OpenSLO's rules, and none is there twice. A second one of the same
 * name gets a number.
 */
export function documentNames(all: readonly (readonly string[])[]): string[] {
  const taken = new Set<string>();
  return all.map((words) => {
    const plain = dnsLabel(words);
    let name = plain;
    for (let count = 2; taken.has(name); count += 1) {
      const suffix = `-${count}`;
      name = `${plain.slice(0, LONGEST - suffix.length)}${suffix}`;
    }
    taken.add(name);
    return name;
  });
}

/** A text as an objective's name: lower-case words joined by `-`. */
export function objectiveName(text: string): string {
  const words = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
  return /^[a-z]/.test(words) ? words : `objective-${words}`.replace(/-$/, "");
}
