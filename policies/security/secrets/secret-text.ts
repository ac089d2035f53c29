import type { Property } from "../../core/property.ts";
import { knownSecretKind, secretKind } from "../../core/secret-like.ts";
import { namesSecret } from "./env-names.ts";

/** Empty, or a switch: no secret, whatever it is called. An unknown is no excuse. */
export function isHarmless(value: Property): boolean {
  return value.known && isSwitch(value.text() ?? "");
}

function isSwitch(text: string): boolean {
  return /^(|true|false|on|off|yes|no|none|disabled|enabled)$/i.test(text);
}

/** Where a template, a shell or a program puts a value in later. */
const PLACEHOLDER = /\$\{[^}]*\}|\$\([^)]*\)|\{\{.*?\}\}|%\([^)]*\)s/g;

/** What a file of several lines holds that has the form of a secret. */
export function secretLine(text: string): string | undefined {
  for (const line of text.split("\n")) {
    const kind = knownSecretKind(line.replaceAll(PLACEHOLDER, ""));
    if (kind !== undefined) return kind;
  }
  return undefined;
}

/** What is put in later, or names a file, is no secret; nor is a switch. */
export function isLiteral(text: string): boolean {
  const bare = text.replaceAll(/^["']+|["']+$/g, "");
  return !/^[$/<@]|^\{\{|^file:/.test(bare) && !isSwitch(bare);
}

/** The name of a secret that a command line gives a value to, `--db-password=…` or `TOKEN=…`. */
function assigned(text: string): string | undefined {
  for (const [, name = "", value = ""] of text.matchAll(
    /(?<![\w$.{-])-{0,2}([A-Za-z][\w.-]*)=("[^"]*"|'[^']*'|[^\s;&|]*)/g,
  )) {
    if (namesSecret(name) && isLiteral(value)) return name;
    const inner = assigned(value);
    if (inner !== undefined) return inner;
  }
  return undefined;
}

/** What a part of a command holds, in words that follow "holds"; undefined where it holds no secret. */
export function secretInCommand(text: string): string | undefined {
  const name = assigned(text);
  if (name !== undefined) return `a secret, by the name "${name}"`;
  const kind = text.includes("\n") ? secretLine(text) : secretKind(text.replaceAll(PLACEHOLDER, ""));
  return kind === undefined ? undefined : `what looks like ${kind}`;
}
