import { z } from "zod";
import { adviceOutsideProduction } from "../../core/environment.ts";
import { violation } from "../../core/finding.ts";
import type { Finding, Policy, Subject } from "../../core/policy.ts";
import { INGRESS } from "../../types.ts";
import { declared } from "../field.ts";
import { checkVariables, ENVIRONMENT_TYPES } from "./variables.ts";

const settings = z.strictObject({
  variables: z
    .array(z.string().min(1))
    .default([
      "CORS_ORIGINS",
      "CORS_ORIGIN",
      "CORS_ALLOWED_ORIGINS",
      "CORS_ALLOW_ORIGIN",
      "CORS_ALLOW_ORIGINS",
      "ALLOWED_ORIGINS",
    ])
    .describe("Variables that list the origins which browsers may call from."),
  demanded: z
    .boolean()
    .default(false)
    .describe("Whether a production service that the public reaches should have one of the variables."),
});

/** The origins in a list, however it is written: with commas, semicolons or blanks, or as JSON. */
function originsIn(text: string): string[] {
  return text.split(/[\s,;[\]"']+/).filter((origin) => origin !== "");
}

function wrongOrigin(text: string): string | undefined {
  const origins = originsIn(text);
  if (origins.some((origin) => origin.includes("*")))
    return "lets pages of other people call: name each origin";
  return origins.some((origin) => /^null$/i.test(origin))
    ? 'lets "null" call, which every page can say of itself'
    : undefined;
}

/** Annotations of ingress-nginx: without a list, every origin may call (its documentation). */
const ENABLE = "nginx.ingress.kubernetes.io/enable-cors";
const ORIGINS = "nginx.ingress.kubernetes.io/cors-allow-origin";

function checkIngress({ props }: Subject): Finding[] {
  const annotations = props.at("metadata", "annotations");
  if (annotations.at(ENABLE).flag() !== true) return [];
  const origins = annotations.at(ORIGINS);
  const wrong = wrongOrigin(origins.text() ?? "*");
  return wrong === undefined ? [] : [violation(origins, wrong)];
}

export const applicationCorsRestricted: Policy = {
  id: "application-cors-restricted",
  title: "Browsers must be let call from named origins only.",
  severity: "high",
  level: "mandatory",
  why: "With a wildcard every page on the internet may call, and read the answers that are meant for its visitor.",
  fix: "Name each origin, such as https://app.example.com.",
  example: declared(
    "cloudrunv2.Service",
    'location: "us-east1", template: { containers: [{ envs: [{ name: "CORS_ORIGINS", value: "https://app.example.com" }] }] }',
  ),
  frameworks: { owasp: ["A05"] },
  requirements: ["P8-01", "EA-13"],
  settings,
  types: [...ENVIRONMENT_TYPES, INGRESS],
  check: (resource, context) => {
    const { variables, demanded } = context.settings(settings);
    return adviceOutsideProduction(
      resource,
      resource.type === INGRESS
        ? checkIngress(resource)
        : checkVariables(resource, {
            names: variables,
            demanded,
            problem: (value) => wrongOrigin(value.text() ?? ""),
          }),
    );
  },
};
