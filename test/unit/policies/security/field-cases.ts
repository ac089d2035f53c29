import { expect, test } from "vitest";
import { evaluate } from "../../../../policies/core/evaluate.ts";
import type { Policy, PolicyResource } from "../../../../policies/core/policy.ts";
import { NO_SETTINGS } from "../../../../policies/core/settings.ts";
import { unknownValue } from "../../../../policies/core/unknown.ts";
import { changed, resource, says } from "../support.ts";

/** What one policy must say of one field of one type. */
export interface FieldCase {
  readonly policy: Policy;
  readonly type: string;
  /** What complies. */
  readonly good: unknown;
  /** The field, as messages write it. */
  readonly path: string;
  /** A value that does not comply, and what is said of it after the path. */
  readonly bad: unknown;
  readonly says: string;
  /** What is said, after the path, where the field is absent. Default: nothing. */
  readonly absent?: string;
  /** What a misshapen value is not. Default: "a text". */
  readonly shape?: string;
  /** Ids of requirements, for the title. */
  readonly proves?: string;
}

/** Declares a test for each: what complies, what doesn't, nothing, what is not known, and what is misshapen. */
export function testFields(cases: readonly FieldCase[]): void {
  test.each(cases.map((one) => [`${one.proves ? `${one.proves} ` : ""}${one.policy.id} ${one.path}`, one]))(
    "%s",
    (_, { policy, type, good, path, bad, absent, shape = "a text", ...rest }) => {
      const mark = policy.level === "advisory" ? "~" : "";
      const ask = (props: unknown) => says(policy, resource(type, "x", props));
      expect(ask(good)).toEqual([]);
      expect(ask(changed(good, path, bad))).toEqual([`${mark}x: ${path} ${rest.says}`]);
      expect(ask(changed(good, path, undefined))).toEqual(absent ? [`${mark}x: ${path} ${absent}`] : []);
      expect(ask(changed(good, path, unknownValue))).toContain(`?x: ${path} is not known before deployment`);
      expect(ask(changed(good, path, { odd: [] }))).toContain(`${mark}x: ${path} is not ${shape}`);
    },
  );
}

/** What a policy says that a stack has set: the messages alone. Settings are read as a stack's are. */
export function saysWhenSet(
  policy: Policy,
  settings: Readonly<Record<string, unknown>>,
  ...resources: readonly PolicyResource[]
): string[] {
  const parsed = policy.settings?.parse(settings) ?? {};
  return evaluate([{ name: "tested", description: "", policies: [policy] }], resources, {
    settings: { ...NO_SETTINGS, settings: new Map([[policy.id, parsed]]) },
  }).map(({ message }) => message);
}
