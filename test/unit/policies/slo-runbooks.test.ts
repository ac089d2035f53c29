import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { unknownValue } from "../../../policies/core/unknown.ts";
import { alertHasRunbook, runbookLinks } from "../../../policies/slo/alert-has-runbook.ts";
import { anchorsOf, linkProblem, pagesBelow } from "../../../policies/slo/runbook-pages.ts";
import { ALERT_POLICY, PROMETHEUS_RULE } from "../../../policies/types.ts";
import { changed, resource, says } from "./support.ts";

const PAGE = [
  "# Service",
  "",
  "## Alerts",
  "",
  "### ApiAvailabilityBurn",
  "",
  "```sh",
  "# not-a-heading",
  "```",
  "",
  "## Alerts",
].join("\n");
const read = (path: string) => (path === "shop/service.md" ? PAGE : undefined);
const tested = runbookLinks(read);

const RUNBOOK = "docs/runbooks/shop/service.md#apiavailabilityburn";
const RULE = {
  spec: {
    groups: [
      {
        rules: [
          { record: "a", expr: "b" },
          { alert: "A", annotations: { runbook_url: RUNBOOK } },
        ],
      },
    ],
  },
};
const POLICY = {
  documentation: { content: "What to do.", links: [{ displayName: "Runbook", url: RUNBOOK }] },
};
const URL_OF_RULE = "spec.groups[0].rules[1].annotations.runbook_url";
const URL_OF_POLICY = "documentation.links[0].url";

const rule = (props: unknown) => resource(PROMETHEUS_RULE, "rule", props);
const policy = (props: unknown) => resource(ALERT_POLICY, "policy", props);

describe("OS-10 where a runbook's address leads", () => {
  test.each([
    RUNBOOK,
    `./${RUNBOOK}`,
    `https://github.com/acme/shop/blob/main/${RUNBOOK}`,
    `https://git.example/acme/shop/-/blob/main/docs/runbooks/shop/service.md?plain=1#alerts-1`,
    "https://wiki.example/runbooks/api",
    "https://wiki.example/runbooks/api#anything",
  ])("%s is fine", (address) => {
    expect(linkProblem(address, read)).toBeUndefined();
  });

  test.each([
    ["docs/runbooks/shop/other.md#a", "names docs/runbooks/shop/other.md, which is not there"],
    ["https://github.com/a/b/blob/main/docs/runbooks/x.md#a", "names docs/runbooks/x.md, which is not there"],
    [
      "docs/runbooks/shop/service.md#other",
      "names a heading that docs/runbooks/shop/service.md does not have",
    ],
    [
      "docs/runbooks/shop/service.md#not-a-heading",
      "names a heading that docs/runbooks/shop/service.md does not have",
    ],
    [
      "docs/runbooks/shop/service.md#Alerts",
      "names a heading that docs/runbooks/shop/service.md does not have",
    ],
    [
      "docs/runbooks/shop/service.md",
      'names no heading of docs/runbooks/shop/service.md: end it with "#" and one',
    ],
    [
      "docs/runbooks/shop/service.md#",
      'names no heading of docs/runbooks/shop/service.md: end it with "#" and one',
    ],
    ["docs/runbooks/../../etc/passwd#a", "names no page below docs/runbooks/"],
    ["docs/runbooks/%2e%2e/secret.md#a", "names no page below docs/runbooks/"],
    ["docs/runbooks/%zz.md#a", "names no page below docs/runbooks/"],
    ["http://wiki.example/runbooks/api", "is read by http: use https"],
    ["ftp://wiki.example/api", "is read by ftp: use https"],
    ["javascript:alert(1)", "is no address"],
    ["https://", "is no address"],
    ["the wiki", "leads nowhere: use an https address, or docs/runbooks/PAGE.md#heading"],
    ["runbooks/api.md", "leads nowhere: use an https address, or docs/runbooks/PAGE.md#heading"],
  ])("%s is not", (address, problem) => {
    expect(linkProblem(address, read)).toBe(problem);
  });
});

describe("OS-10 a page's anchors", () => {
  test.each([
    ["# What to do, when: a/b?", ["what-to-do-when-ab"]],
    ["## A\n## A\n## A", ["a", "a-1", "a-2"]],
    ["### Über `code` ###", ["über-code"]],
    ["    # code\n#tag\ntext", []],
    ["~~~\n# in\n```\n# in\n~~~\n# out", ["out"]],
    ["````\n```\n# in\n````\n# out", ["out"]],
  ])("%j", (page, anchors) => {
    expect([...anchorsOf(page)]).toEqual(anchors);
  });
  test("are as many as there are headings, each its own", () => {
    const words = fc.stringMatching(/^[A-Za-z0-9 _-]{1,12}$/).filter((text) => text.trim() !== "");
    fc.assert(
      fc.property(fc.array(words, { maxLength: 12 }), (headings) => {
        expect(anchorsOf(headings.map((heading) => `## ${heading}`).join("\n\n")).size).toBe(headings.length);
      }),
    );
  });
});

describe("OS-10 an alert has a runbook", () => {
  test("rules and policies whose runbook is there are fine", () => {
    expect(says(tested, rule(RULE), policy(POLICY))).toEqual([]);
  });
  test.each([
    [undefined, "is not set: whoever is woken by it is told nothing"],
    ["", "is not set: whoever is woken by it is told nothing"],
    ["http://wiki.example/a", "is read by http: use https"],
  ])("a rule's %j", (address, problem) => {
    expect(says(tested, rule(changed(RULE, URL_OF_RULE, address)))).toEqual([
      `rule: ${URL_OF_RULE} ${problem}`,
    ]);
  });
  test("P8-09 a policy's link, or without links its text", () => {
    expect(says(tested, policy(changed(POLICY, URL_OF_POLICY, "http://wiki.example/a")))).toEqual([
      `policy: ${URL_OF_POLICY} is read by http: use https`,
    ]);
    const text = (content: string | undefined) => says(tested, policy({ documentation: { content } }));
    expect(text(`**Runbook:** ${RUNBOOK}`)).toEqual([]);
    expect(text(`See [the runbook](${RUNBOOK}), and http://dashboards.example/a.`)).toEqual([]);
    expect(text("See https://wiki.example/a.")).toEqual([]);
    expect(text("See http://wiki.example/a.")).toEqual([
      "policy: documentation.content is read by http: use https",
    ]);
    expect(text(`See ${RUNBOOK}x.`)).toEqual([
      "policy: documentation.content names a heading that docs/runbooks/shop/service.md does not have",
    ]);
    for (const nothing of ["Call somebody.", "", undefined]) {
      expect(text(nothing)).toEqual([
        "policy: documentation.links is not set: whoever is woken by it is told nothing",
      ]);
    }
  });
  test("what is not known is no pass", () => {
    expect(says(tested, rule(changed(RULE, URL_OF_RULE, unknownValue)))).toEqual([
      `?rule: ${URL_OF_RULE} is not known before deployment`,
    ]);
    expect(says(tested, policy(changed(POLICY, URL_OF_POLICY, unknownValue)))).toEqual([
      `?policy: ${URL_OF_POLICY} is not known before deployment`,
    ]);
    expect(says(tested, policy({ documentation: { content: unknownValue } }))).toEqual([
      "?policy: documentation.content is not known before deployment",
    ]);
    expect(says(tested, policy({ documentation: unknownValue }))).toEqual([
      "?policy: documentation is not known before deployment",
    ]);
  });
});

test("OS-10 pages are read below the first folder that has them, and never where there is none", () => {
  const here = `${import.meta.dirname}/`;
  expect(pagesBelow("/nowhere", here)("support.ts")).toContain("export function says");
  expect(pagesBelow("/nowhere", here)("other.md")).toBeUndefined();
  expect(pagesBelow(here)("")).toBeUndefined();
});

test("OS-10 the policy as it is deployed finds the runbooks of this checkout", () => {
  const at = (address: string) => says(alertHasRunbook, rule(changed(RULE, URL_OF_RULE, address)));
  expect(at("docs/runbooks/onesource/redis.md#redisdown")).toEqual([]);
  expect(at("docs/runbooks/onesource/redis.md#gone")).toHaveLength(1);
});
