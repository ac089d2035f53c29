import { describe, expect, test } from "vitest";
import { reportHtml } from "../../../automation/rollout/report/html.ts";
import { storyOf } from "../../../automation/rollout/report/story.ts";
import { Release } from "../../support/rollout-records.ts";
import { bad, cohort, STORIES, seen } from "../../support/rollout-stories.ts";

const page = ({ records }: Release) => reportHtml(storyOf(records));

describe.each(Object.entries(STORIES))("EA-10 the page of a release: %s", (_, release) => {
  const text = page(release());

  test("stands by itself, within a megabyte: no script, nothing from elsewhere, every id once", () => {
    expect(text).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
    expect(text).not.toMatch(/<script|<link|<img|<iframe|@import|url\((?!#)|\son\w+=/i);
    expect(text).not.toMatch(/NaN|undefined|\[object/);
    const ids = [...text.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, id] of text.matchAll(/url\(#([^)]*)\)/g)) expect(ids).toContain(id);
    expect(Buffer.byteLength(text)).toBeLessThan(2 ** 20);
  });

  test("draws it in two sizes, names each picture for those who can't see it, and has its figures in tables", () => {
    expect([
      ...text.matchAll(/class="(wide|narrow)-picture"><svg role="img" aria-label="Timeline/g),
    ]).toHaveLength(2);
    for (const [svg] of text.matchAll(/<svg [^>]*>/g)) expect(svg).toMatch(/role="img" aria-label="[^"]+"/);
    expect(text).toContain("<h2>What happened</h2>");
    expect(text).toContain("@media (prefers-color-scheme: dark)");
  });
});

describe("EA-10 the page of a bad release", () => {
  const text = page(bad());

  test("says what was decided and why: above, in the picture, and beside it", () => {
    expect(text).toContain(
      '<p class="blocks"><strong>Taken back after 16 min 47 s, because availability: 2 % of 900 requests failed, limit 0.5 %</strong></p>',
    );
    expect(text).toMatch(
      /<text[^>]*>Taken back: availability: 2 % of 900 requests failed, limit 0.5 %<\/text>/,
    );
    expect(text).toMatch(/<text[^>]*>limit 0.5 %<\/text>/);
    expect(text).toContain("<strong>take it back</strong>, because availability: 2 % of 900 requests failed");
  });

  test("marks verdicts by shape, not by colour alone", () => {
    expect(text).toMatch(/<text[^>]*>✖<\/text>/);
    expect(text).toMatch(/<text[^>]*>…<\/text>/);
    for (const word of [
      "low bar: healthy",
      "hollow: too little evidence",
      "dotted: no data",
      "full bar: unhealthy",
    ])
      expect(text).toContain(word);
  });

  test("has the steps and the gates in tables", () => {
    expect(text).toContain(
      '<tr><td>2</td><td class="number">50 %</td><td>2026-03-01 12:15:52</td><td class="number">45 s of 15 min</td><td class="number">3</td><td>✖ unhealthy</td><td class="number">900</td><td class="number">18</td></tr>',
    );
    expect(text).toContain("<h2>Gates at the decision</h2>");
    expect(text).toContain("✖ unhealthy at last: 2 % of 900 requests failed, limit 0.5 %");
  });
});

test("P8-02 the page of 48 hours shows a short rise of errors, and what no gate lost", () => {
  const text = page(cohort());
  expect(text).toContain("Promoted after 2 days");
  expect(text).toContain("86,400 requests, 172 of them failed (0.199 %)");
  expect(text).toContain('<td class="number">2,880</td>');
});

test("EA-10 a page shows markup of others as text, and no secret", () => {
  const release = new Release({}, { by: "<b>ada</b>", reason: "see https://ci:t0ps3cret@ci.example.com" });
  const text = page(release.failed("<script>alert(1)</script>").finish(seen()));
  expect(text).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
  expect(text).toContain("&lt;b&gt;ada&lt;/b&gt;");
  expect(text).toContain("https://[secret]@ci.example.com");
  expect(text).not.toMatch(/<script|t0ps3cret/);
});
