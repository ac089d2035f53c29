import { randomBytes } from "node:crypto";
import type { ResourceModel } from "../model.ts";
import { labels, pattern, projectId, seconds } from "../rules.ts";
import { UNKNOWN, valueAt } from "../values.ts";
import { seal } from "./ciphertext.ts";
import { labelOutputs } from "./common.ts";
import { iamMember } from "./iam-member.ts";
import { keyLocation } from "./locations.ts";

const kmsName = pattern(/^[a-zA-Z0-9_-]{1,63}$/, "1 to 63 letters, digits, `_` and `-`");
const keyName = pattern(
  /^projects\/[^/]+\/locations\/[^/]+\/keyRings\/[^/]+\/cryptoKeys\/[^/]+$/,
  "`projects/P/locations/L/keyRings/R/cryptoKeys/K`",
);
const ringName = pattern(
  /^projects\/[^/]+\/locations\/[^/]+\/keyRings\/[^/]+$/,
  "`projects/P/locations/L/keyRings/R`",
);

const ring: ResourceModel = {
  token: "gcp:kms/keyRing:KeyRing",
  rules: { name: kmsName, location: keyLocation, project: projectId },
  replaceOn: ["name", "location", "project"],
  autoname: { property: "name", max: 63 },
  id: ({ join, project, text }) =>
    join`projects/${project}/locations/${text("location")}/keyRings/${text("name")}`,
};

const key: ResourceModel = {
  token: "gcp:kms/cryptoKey:CryptoKey",
  values: { "versionTemplate.protectionLevel": ["SOFTWARE", "HSM", "EXTERNAL", "EXTERNAL_VPC"] },
  rules: {
    name: kmsName,
    keyRing: ringName,
    labels,
    rotationPeriod: seconds(86_400, 3_153_600_000),
    destroyScheduledDuration: seconds(86_400, 10_368_000),
  },
  check: (inputs, report) => {
    const purpose = valueAt(inputs, "purpose") ?? "ENCRYPT_DECRYPT";
    if (inputs.rotationPeriod !== undefined && purpose !== "ENCRYPT_DECRYPT" && inputs.purpose !== UNKNOWN)
      report("is only for keys whose purpose is ENCRYPT_DECRYPT", { at: ["rotationPeriod"] });
  },
  replaceOn: [
    "name",
    "keyRing",
    "purpose",
    "importOnly",
    "skipInitialVersionCreation",
    "destroyScheduledDuration",
    "cryptoKeyBackend",
  ],
  autoname: { property: "name", max: 63 },
  defaults: { purpose: "ENCRYPT_DECRYPT" },
  id: ({ join, text }) => join`${text("keyRing")}/cryptoKeys/${text("name")}`,
  outputs: (context) => ({
    ...labelOutputs(context),
    primaries: context.keep("primaries", () => [
      {
        name: context.join`${context.text("keyRing")}/cryptoKeys/${context.text("name")}/cryptoKeyVersions/1`,
        state: "ENABLED",
      },
    ]),
  }),
};

const ciphertext: ResourceModel = {
  token: "gcp:kms/secretCiphertext:SecretCiphertext",
  rules: { cryptoKey: keyName },
  replaceOn: ["cryptoKey", "plaintext", "additionalAuthenticatedData"],
  id: ({ join, text }, outputs) => join`${text("cryptoKey")}/${outputs.ciphertext}`,
  outputs: ({ keep, text }) => ({
    // Without a local cloud nobody holds the key afterwards: what was sealed stays sealed.
    ciphertext: keep("ciphertext", () =>
      seal(randomBytes(32), text("plaintext"), text("additionalAuthenticatedData")),
    ),
  }),
};

export const kms: readonly ResourceModel[] = [
  ring,
  key,
  ciphertext,
  iamMember({
    token: "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember",
    target: ["cryptoKeyId"],
    rules: {
      cryptoKeyId: pattern(
        /^(projects\/[^/]+\/locations\/[^/]+\/keyRings\/[^/]+\/cryptoKeys\/[^/]+|[^/]+\/[^/]+\/[^/]+(\/[^/]+)?)$/,
        "`projects/P/locations/L/keyRings/R/cryptoKeys/K`",
      ),
    },
    parent: ({ text }) => text("cryptoKeyId"),
  }),
];
