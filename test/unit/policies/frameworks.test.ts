import { expect, test } from "vitest";
import { packs } from "../../../policies/catalogue.ts";
import { FRAMEWORKS } from "../../../policies/core/frameworks.ts";

const policies = packs.flatMap((pack) => pack.policies);

test("a framework says what it is, of which edition, and where it is published", () => {
  for (const [name, { title, edition, url, id }] of Object.entries(FRAMEWORKS)) {
    expect([title, edition], name).not.toContain("");
    expect(new URL(url).protocol, name).toBe("https:");
    expect(id.source, name).toMatch(/^\^.*\$$/); // A whole id, so that no typing error passes.
  }
});

test("policies name controls in the form that the framework gives them, each once", () => {
  for (const { id, frameworks = {} } of policies) {
    for (const [name, controls] of Object.entries(frameworks)) {
      const framework = FRAMEWORKS[name as keyof typeof FRAMEWORKS];
      expect(framework, `${id} ${name}`).toBeDefined();
      expect(controls, `${id} ${name}`).not.toEqual([]);
      expect(new Set(controls).size, `${id} ${name}`).toBe(controls.length);
      for (const control of controls) expect(control, `${id} ${name}`).toMatch(framework.id);
    }
  }
});

test("settings of policies are described, key by key, and have defaults that are theirs", () => {
  for (const { id, settings } of policies) {
    if (settings === undefined) continue;
    const keys = Object.entries(settings.shape);
    expect(keys, id).not.toEqual([]);
    for (const [key, schema] of keys) expect(schema.description, `${id} ${key}`).toMatch(/^[A-Z].*\.$/);
    const defaults = settings.parse({});
    expect(Object.keys(defaults).sort(), id).toEqual(keys.map(([key]) => key).sort());
    expect(settings.parse(defaults), id).toEqual(defaults);
    expect(settings.safeParse({ "no-such-setting": 1 }).success, id).toBe(false);
  }
});
