import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CheckFinding, CheckResult } from "../../../automation/check/result.ts";
import { shownCheck } from "../../../automation/check/shown.ts";
import { reportShown } from "../../../automation/plan/report.ts";
import * as manifests from "../policies/kubernetes-support.ts";
import { changed } from "../policies/support.ts";
import { checked, everything, found, of, yamlOf } from "./support.ts";

const POD = "spec.template.spec";

test("a good system is fine, whole and in parts of any order and any files", async () => {
  const whole = await checked(yamlOf(...manifests.GOOD));
  expect(found(whole)).toEqual([]);
  expect(whole.totals).toEqual({
    resources: manifests.GOOD.length,
    components: 0,
    blocking: 0,
    advisory: 0,
    notEvaluated: 0,
    exempted: 0,
  });
  const asked = `${whole.policy.policies.length} policies asked; held: security 100 %, reliability 100 %, slo 100 %, cost 100 %`;
  expect(reportShown(shownCheck(whole), "text")).toBe(
    `\napp.yaml: ${manifests.GOOD.length} objects in 1 file; ${asked}\nnothing stops this from being deployed\n`,
  );
});

/** A system with something of everything wrong in it. */
const bad = [
  changed(manifests.NAMESPACE, "metadata.labels", undefined),
  changed(manifests.DEPLOYMENT, "spec.replicas", 1),
  changed(manifests.AUTOSCALER, "spec.minReplicas", 1),
  changed(manifests.BUDGET, "spec.minAvailable", "100%"),
  changed(manifests.CONFIG, "data.PASSWORD", "hunter2"),
  changed(manifests.SERVICE, "spec.type", "LoadBalancer"),
  changed(manifests.EXTERNAL_SECRET, "spec.data[0].remoteRef.version", undefined),
  changed(changed(manifests.DEPLOYMENT, "metadata.name", "second"), `${POD}.containers[0].image`, "a"),
];

/** What was found, without where it stands. */
const unplaced = (result: CheckResult) =>
  result.policy.results
    .map(({ policy, urn, message }) => `${policy} ${urn.split("::").slice(2).join(" ")} ${message}`)
    .sort();

test("any order of documents, and any split of them over files, gives the same findings", async () => {
  const expected = unplaced(await checked(yamlOf(...bad)));
  expect(expected.length).toBeGreaterThan(9);
  const split = fc.record({
    order: fc.shuffledSubarray(bad, { minLength: bad.length }),
    files: fc.array(fc.constantFrom("a.yaml", "b/c.yaml", "d.json", "list.yaml"), {
      minLength: bad.length,
      maxLength: bad.length,
    }),
  });
  await fc.assert(
    fc.asyncProperty(split, async ({ order, files }) => {
      const parts = Map.groupBy(order.keys(), (index) => files[index] as string);
      const texts = [...parts].map(([file, indexes]) => {
        const objects = indexes.map((index) => order[index]);
        const list = { apiVersion: "v1", kind: "List", items: objects };
        return [
          file,
          file === "d.json" ? JSON.stringify(list) : file === "list.yaml" ? yamlOf(list) : yamlOf(...objects),
        ];
      });
      expect(unplaced(await checked(Object.fromEntries(texts)))).toEqual(expected);
    }),
    { numRuns: 40 },
  );
});

describe("where findings stand", () => {
  const text = [
    "# the first document",
    "apiVersion: v1",
    "kind: ConfigMap",
    "metadata:",
    "  name: a",
    "data:",
    "  LEVEL: warn",
    "  DB_PASSWORD: hunter2",
    "---",
    "apiVersion: v1",
    "kind: List",
    "items:",
    "  - apiVersion: v1",
    "    kind: Namespace",
    "    metadata:",
    "      name: shop",
    "      labels: {a: b}",
    "  - {apiVersion: v1, kind: Namespace, metadata: {name: flow}}",
  ];

  test.each([
    ["Unix", "\n", ""],
    ["Windows", "\r\n", "\uFEFF"],
  ])("is the line of the field, or of what it is missing in; %s' line ends", async (_, end, mark) => {
    const result = await checked(`${mark}${text.join(end)}${end}`);
    expect(found(result).map((line) => line.split(" ").slice(0, 2).join(" "))).toEqual([
      "no-secret-in-environment app.yaml:8:3",
      "namespace-denies-by-default app.yaml:18:50",
      "namespace-denies-by-default app.yaml:16:7",
      "namespace-restricts-pods app.yaml:18:39",
      "namespace-restricts-pods app.yaml:17:7",
    ]);
  });

  test("is the same in JSON", async () => {
    const config = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" }, data: { API_TOKEN: "x" } };
    const list = { apiVersion: "v1", kind: "List", items: [config] };
    expect(found(await checked({ "a.json": JSON.stringify(list, null, 2) }))).toEqual([
      "no-secret-in-environment a.json:12:9 data.API_TOKEN holds a secret, by its name",
    ]);
  });

  test("is what an alias or a merge key stands for, and the longest key that fits", async () => {
    const yaml = [
      "apiVersion: v1",
      "kind: Pod",
      "metadata: {name: a, namespace: shop, labels: {slipway.dev/environment: staging}}",
      "spec:",
      "  serviceAccountName: a",
      "  automountServiceAccountToken: false",
      "  securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}",
      "  containers:",
      "    - &base",
      "      name: a",
      "      image: a:latest",
      "      securityContext: &context",
      "        readOnlyRootFilesystem: true",
      "        allowPrivilegeEscalation: true",
      "        capabilities: {drop: [ALL]}",
      "      resources: {requests: {cpu: 1, memory: 1Gi}, limits: {memory: 1Gi}}",
      "    - <<: *base",
      "      name: b",
      "      image: b:1",
      "    - name: c",
      "      image: c",
      "      securityContext: *context",
      "      resources: {requests: {cpu: 1, memory: 1Gi}, limits: {memory: 1Gi}}",
      "",
    ].join("\n");
    const places = found(await checked(yaml)).map((line) => line.split(" ").slice(0, 3).join(" "));
    expect(places).toEqual([
      `no-privilege-escalation app.yaml:14:9 spec.containers[0].securityContext.allowPrivilegeEscalation`,
      `no-privilege-escalation app.yaml:14:9 spec.containers[1].securityContext.allowPrivilegeEscalation`,
      `no-privilege-escalation app.yaml:14:9 spec.containers[2].securityContext.allowPrivilegeEscalation`,
      `pod-has-controller app.yaml:3:1 metadata.ownerReferences`,
      `pinned-image app.yaml:11:7 spec.containers[0].image`,
      `pinned-image app.yaml:21:7 spec.containers[2].image`,
    ]);
    const annotated = changed(manifests.DEPLOYMENT, 'metadata.annotations["slipway.dev/peak"]', "many");
    const [line] = of(await checked(yamlOf(annotated)), "capacity-covers-peak");
    expect(line).toBe(
      "capacity-covers-peak app.yaml:8:5 metadata.annotations.slipway.dev/peak is not a number",
    );
  });

  test("is in SARIF, with a URI that holds blanks and brackets", async () => {
    const file = "over lays/[a].yaml";
    const result = await checked({ [file]: text.join("\n") });
    const [run] = JSON.parse(reportShown(shownCheck(result), "sarif")).runs;
    expect(run.automationDetails.id).toBe(`slipway/check/${file}/`);
    expect(run.results[0]).toMatchObject({
      ruleId: "no-secret-in-environment",
      level: "error",
      message: {
        text: `ConfigMap a: data.DB_PASSWORD holds a secret, by its name`,
      },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: "over%20lays/%5Ba%5D.yaml" },
            region: { startLine: 8, startColumn: 3 },
          },
          logicalLocations: [
            { fullyQualifiedName: `urn:kubernetes:manifests::${file}::kubernetes:core/v1:ConfigMap::a` },
          ],
        },
      ],
    });
    for (const one of run.results) expect(run.tool.driver.rules[one.ruleIndex].id).toBe(one.ruleId);
  });
});

test("--environment says what manifests are for that don't say it themselves", async () => {
  const one = yamlOf(changed(manifests.DEPLOYMENT, "spec.replicas", 1));
  const two = "two-instances-in-production";
  expect(of(await checked(one), two)).toHaveLength(1);
  expect(of(await checked(one, { environment: "staging" }), two)).toEqual([]);
  expect(of(await checked(one, { environment: "live" }), two)).toHaveLength(1);
  const labelled = changed(manifests.DEPLOYMENT, "metadata.labels", {
    "slipway.dev/environment": "production",
  });
  expect(of(await checked(yamlOf(labelled), { environment: "staging" }), two)).toHaveLength(1);
  expect((await checked(one, { environment: "staging" })).environment).toBe("staging");
});

describe("the data of a Secret", () => {
  const plain = "correct-horse-battery";
  const coded = Buffer.from(plain).toString("base64");
  const secret = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name: "s",
      namespace: "shop",
      annotations: { "kubectl.kubernetes.io/last-applied-configuration": `{"stringData":{"a":"${plain}"}}` },
    },
    data: { key: coded },
    stringData: { other: plain },
  };

  test("P8-01 is in no output, wherever else it is repeated, and is found", async () => {
    const repeating = changed(manifests.SERVICE, "spec.type", plain);
    const result = await checked({ "a.yaml": yamlOf(secret), "b.yaml": yamlOf(repeating) });
    expect(of(result, "no-literal-secret")).toEqual([
      "no-literal-secret a.yaml:9:3 data.key holds a secret that stands in the program or the manifest",
      "no-literal-secret a.yaml:11:3 stringData.other holds a secret that stands in the program or the manifest",
    ]);
    for (const text of everything(result)) {
      expect(text).not.toContain(plain);
      expect(text).not.toContain(coded);
    }
  });

  test("P8-01 is in no output whatever it is, nor is anything else that manifests hold", async () => {
    const value = fc.stringMatching(/^[A-Za-z0-9]{12,30}$/);
    await fc.assert(
      fc.asyncProperty(value, value, async (first, second) => {
        const odd = changed(secret, "data", { key: Buffer.from(first).toString("base64"), bad: first });
        const env = [{ name: "PASSWORD", value: second }];
        const pod = changed(manifests.DEPLOYMENT, `${POD}.containers[0].env`, env);
        const result = await checked(yamlOf(changed(odd, "stringData", second), pod));
        for (const text of everything(result)) {
          for (const form of [first, second, Buffer.from(first).toString("base64")])
            expect(text).not.toContain(form);
        }
      }),
      { numRuns: 25 },
    );
  });
});

test("JSON is the result in the shape that its type documents", async () => {
  const result = await checked({ "b.yaml": yamlOf(...bad), "a.yaml": yamlOf(manifests.NETWORK_POLICY) });
  const document = JSON.parse(reportShown(shownCheck(result), "json"));
  expect(document).toEqual(result);
  expect(Object.keys(document)).toEqual([
    "schemaVersion",
    "checked",
    "counts",
    "totals",
    "policy",
    "notes",
    "messages",
    "resources",
  ]);
  const [first] = document.policy.results as CheckFinding[];
  expect(first).toEqual({
    policy: "no-secret-in-environment",
    pack: "security",
    urn: "urn:kubernetes:manifests::b.yaml::kubernetes:core/v1:ConfigMap::shop/api",
    status: "violation",
    level: "mandatory",
    severity: "critical",
    blocking: true,
    message: "data.PASSWORD holds a secret, by its name",
    path: "data.PASSWORD",
    file: "b.yaml",
    line:
      yamlOf(...bad)
        .split("\n")
        .indexOf("  PASSWORD: hunter2") + 1,
    column: 3,
  });
  const order = result.policy.policies.map(({ id }) => id);
  const places = result.policy.results.map(({ policy }) => order.indexOf(policy));
  expect(places).toEqual(places.toSorted((a, b) => a - b));
});

test("Markdown and HTML are titled as a check, and take no markup from names", async () => {
  const odd = changed(manifests.SERVICE, "spec.type", "NodePort");
  const result = await checked({ "<img src=x>.yaml": yamlOf(changed(odd, "metadata.name", "<b>@octocat")) });
  const [markdown, html] = [
    reportShown(shownCheck(result), "markdown"),
    reportShown(shownCheck(result), "html"),
  ];
  expect(markdown).toMatch(/^<!-- slipway-check: .* -->\n## 🛑 Check of <code>/);
  // What is folded lies in a fence, where nothing is markup.
  expect(markdown.slice(markdown.indexOf("##"), markdown.indexOf("<details>"))).not.toMatch(
    /<img|<b>|@octocat/,
  );
  expect(html).toContain("<title>Check of &lt;img src=x&gt;.yaml</title>");
  expect(html).not.toContain("<img");
});
