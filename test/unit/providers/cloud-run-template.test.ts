import { expect, test } from "vitest";
import { cloudServiceInput } from "../../../sandbox/providers/live/cloud-run-input.ts";
import { foundTemplate } from "../../../sandbox/providers/live/cloud-run-template.ts";

const ID = "projects/p/locations/r/services/web";
const TEMPLATE = {
  serviceAccount: "web@p.iam.gserviceaccount.com",
  scaling: { minInstanceCount: 1, maxInstanceCount: 3 },
  timeout: "60s",
  containers: [
    { image: "sidecar" },
    {
      image: "sandbox/demo:1.0.0",
      ports: { containerPort: 8080 },
      envs: [{ name: "A", value: "1" }, { name: "B" }],
    },
  ],
};
const declared = cloudServiceInput("urn", ID, { template: TEMPLATE }).template;

test("a revision that is as declared leaves the inputs alone", () => {
  expect(foundTemplate(TEMPLATE, declared, structuredClone(declared))).toBeUndefined();
  expect(foundTemplate({}, declared, declared)).toBeUndefined();
});

test("what was changed past the engine is told in the inputs' own words, and nothing else", () => {
  const live = {
    ...declared,
    image: "sandbox/demo:2.0.0",
    env: { C: "3", A: "2" },
    maxInstances: 9,
    concurrency: 5,
    timeoutSeconds: 30,
    cpu: 4,
  };
  expect(foundTemplate(TEMPLATE, declared, live)).toEqual({
    ...TEMPLATE,
    scaling: { minInstanceCount: 1, maxInstanceCount: 9 },
    timeout: "30s",
    maxInstanceRequestConcurrency: 5,
    containers: [
      { image: "sidecar" },
      {
        ...TEMPLATE.containers[1],
        image: "sandbox/demo:2.0.0",
        envs: [
          { name: "A", value: "2" },
          { name: "C", value: "3" },
        ],
      },
    ],
  });
});

test("a service without a word on scaling gets only what was set", () => {
  const { scaling: _, ...bare } = TEMPLATE;
  const plain = cloudServiceInput("urn", ID, { template: bare }).template;
  expect(foundTemplate(bare, plain, { ...plain, minInstances: 2 })).toEqual({
    ...bare,
    scaling: { minInstanceCount: 2 },
  });
});
