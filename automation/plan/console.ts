import { format } from "node:util";
import type { Redactor } from "./redact.ts";

/** Something that a program said while it ran. */
export interface CapturedMessage {
  readonly severity: "info" | "warning" | "error";
  readonly text: string;
}

const severities = { debug: "info", log: "info", info: "info", warn: "warning", error: "info" } as const;

/**
 * Takes what is written to the console, so that a program's chatter doesn't end in the middle of a plan that somebody
 * parses. `pulumi.log` writes there too, where no engine listens; its errors fail a plan as they fail a preview.
 */
export function captureConsole(redactor: Redactor): {
  readonly messages: CapturedMessage[];
  restore(): void;
} {
  const messages: CapturedMessage[] = [];
  const methods = Object.keys(severities) as (keyof typeof severities)[];
  const before = Object.fromEntries(methods.map((method) => [method, console[method]]));
  for (const method of methods) {
    console[method] = (...values: unknown[]) => {
      const text = redactor.text(format(...values));
      const logged = /^(info|warning|error): \[runtime\] (.*)$/s.exec(text);
      messages.push({
        severity: (logged?.[1] as CapturedMessage["severity"] | undefined) ?? severities[method],
        text: logged?.[2] ?? text,
      });
    };
  }
  return { messages, restore: () => void Object.assign(console, before) };
}
