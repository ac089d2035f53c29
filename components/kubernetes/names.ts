/** Longest name of an object that becomes part of a DNS name or a label's value (RFC 1123). */
const LONGEST_LABEL = 63;

/** What is wrong with the name of an object, or undefined. @param longest characters; default 63 */
export function nameProblem(name: string, longest = LONGEST_LABEL): string | undefined {
  if (name.length > longest) {
    return `"${name}" has ${name.length} characters; Kubernetes takes ${longest} here: shorten it`;
  }
  return /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(name)
    ? undefined
    : `"${name}" must be lower-case letters, digits or "-", and begin and end with a letter or digit`;
}

/** What is wrong with a label's value, or undefined. */
export function labelProblem(value: string): string | undefined {
  if (value.length > LONGEST_LABEL) {
    return `"${value}" has ${value.length} characters; a label's value takes ${LONGEST_LABEL}`;
  }
  return /^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/.test(value)
    ? undefined
    : `"${value}" is no label's value: letters, digits, "-", "_" and ".", a letter or digit at both ends`;
}
