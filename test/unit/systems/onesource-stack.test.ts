import { describe, expect, test } from "vitest";
import { parseStack } from "../../../systems/stack.ts";
import { refusal } from "../../support/declare.ts";
import { declareSystem, type Loose, stackWith } from "./support.ts";

/** What a committed stack file is refused with once a test has changed it; `"accepted"` where it is not. */
function refused(environment: "sandbox" | "staging" | "production", change: (stack: Loose) => void): string {
  const { file, stack } = stackWith(environment, "onesource");
  change(stack);
  try {
    parseStack(stack, file);
  } catch (error) {
    return (error as Error).message;
  }
  return "accepted";
}

const AT = "Pulumi.production.yaml: slipway:stack.systems.onesource";

describe("ONESource's stack file", () => {
  test("OS-01 is taken as it is", () => {
    for (const environment of ["sandbox", "staging", "production"] as const) {
      expect(refused(environment, () => {})).toBe("accepted");
    }
  });

  test("the sandbox need say nothing", () => {
    const { stack } = stackWith("sandbox", "onesource");
    expect(stack.systems.onesource).toEqual({});
    expect(parseStack(stack, "Pulumi.sandbox.yaml").systems.onesource).toEqual({
      images: { backend: "sandbox/demo:1.0.0", frontend: "sandbox/demo:1.0.0" },
      secrets: {},
      certificateIssuer: "sandbox",
    });
  });

  test.each<[string, (onesource: Loose) => void, string]>([
    [
      "an unknown key",
      (onesource) => {
        onesource.replicas = 3;
      },
      `${AT} has unknown keys: "replicas". Known: project, registry, images, secrets, certificateIssuer`,
    ],
    [
      "an image of a service that it has not",
      (onesource) => {
        onesource.images.worker = "onesource/worker:1.0.0";
      },
      `${AT}.images has unknown keys: "worker". Known: backend, frontend`,
    ],
    [
      "no secrets",
      (onesource) => {
        delete onesource.secrets;
      },
      `${AT}.secrets: missing; it must be: object`,
    ],
    [
      "no version of its one secret",
      (onesource) => {
        onesource.secrets = {};
      },
      `${AT}.secrets.llm-api-key: missing. Add the value (gcloud secrets versions add llm-api-key --data-file=-) and name its version here, such as "1"`,
    ],
    [
      "a version that is no number of one",
      (onesource) => {
        onesource.secrets["llm-api-key"] = "latest";
      },
      `${AT}.secrets.llm-api-key: "latest" must be the number of a version in Secret Manager, in quotes, such as "3"`,
    ],
    [
      "no registry",
      (onesource) => {
        delete onesource.registry;
      },
      `${AT}.registry: missing; it must be: string`,
    ],
    [
      "a registry with a scheme",
      (onesource) => {
        onesource.registry = "https://registry.example";
      },
      `${AT}.registry: "https://registry.example" must be a registry's address without "https://", such as "us-docker.pkg.dev/my-project/images"`,
    ],
    [
      "an image without a fixed version",
      (onesource) => {
        onesource.images.backend = "onesource/backend:latest";
      },
      `${AT}.images.backend: "onesource/backend:latest" names no fixed image: use a version or a digest`,
    ],
    [
      "no issuer of its certificate",
      (onesource) => {
        delete onesource.certificateIssuer;
      },
      `${AT}.certificateIssuer: missing; it must be: string`,
    ],
  ])("with %s is refused, naming the path", (_what, change, message) => {
    expect(refused("production", ({ systems }) => change(systems.onesource))).toBe(message);
  });

  test("with an unknown key of its cluster is refused", () => {
    expect(
      refused("production", (stack) => {
        stack.cluster.kubeconfig = "~/.kube/config";
      }),
    ).toBe('Pulumi.production.yaml: slipway:stack.cluster has unknown keys: "kubeconfig". Known: context');
  });
});

test("OS-01 production without a cluster is refused: the current context of whoever deploys is no fact", async () => {
  const message = await refusal(() => declareSystem("production", "onesource", {}, { cluster: undefined }));
  expect(message).toBe(
    `slipway:stack.cluster: missing: onesource runs on Kubernetes. Name a context of your kubeconfig (kubectl config get-contexts):
  slipway:stack:
    cluster:
      context: gke_my-project_us-east1_main`,
  );
});
