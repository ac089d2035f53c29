import { createRequire } from "node:module";
import type { FunctionModel } from "../model.ts";

const require = createRequire(import.meta.url);

function refuses(token: string, instead: string): FunctionModel {
  return {
    token,
    answer: () => {
      throw new Error(
        `${token} is not supported in the sandbox: render to YAML first (\`${instead}\`), and declare what comes out`,
      );
    },
  };
}

/** What the package's client-side components ask their provider for. */
export const kubernetesFunctions: readonly FunctionModel[] = [
  {
    token: "kubernetes:yaml:decode",
    answer: ({ text, defaultNamespace }) => {
      // Only programs with YAML in them pay for the parser.
      const { parseAllDocuments } = require("yaml") as typeof import("yaml");
      const objects = parseAllDocuments(String(text ?? "")).flatMap((document) => {
        const [error] = document.errors;
        if (error !== undefined) throw new Error(`the YAML can't be read: ${error.message}`);
        const object: unknown = document.toJS();
        return typeof object === "object" && object !== null ? [object as Record<string, unknown>] : [];
      });
      if (typeof defaultNamespace !== "string" || defaultNamespace === "") return { result: objects };
      return {
        result: objects.map((object) => ({
          ...object,
          metadata: { namespace: defaultNamespace, ...(object.metadata as object | undefined) },
        })),
      };
    },
  },
  refuses("kubernetes:helm:template", "helm template"),
  refuses("kubernetes:kustomize:directory", "kubectl kustomize"),
];
