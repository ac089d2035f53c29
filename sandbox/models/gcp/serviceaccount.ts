import { generateKeyPairSync } from "node:crypto";
import type { ResourceModel } from "../model.ts";
import { length, pattern, projectId } from "../rules.ts";
import { UNKNOWN } from "../values.ts";
import { iamMember } from "./iam-member.ts";

const accountName = pattern(
  /^(projects\/[^/]+\/serviceAccounts\/.+@.+|[^/@\s]+@[^/@\s]+\.gserviceaccount\.com)$/,
  "`projects/PROJECT/serviceAccounts/EMAIL`, or the e-mail address of a service account",
);

const account: ResourceModel = {
  token: "gcp:serviceaccount/account:Account",
  required: ["accountId"],
  values: { deletionPolicy: ["DELETE", "PREVENT", "ABANDON"] },
  rules: {
    accountId: pattern(
      /^(?=.{6,30}$)[a-z]([-a-z0-9]*[a-z0-9])$/,
      "6 to 30 small letters, digits and `-` that begin with a letter and end with no `-`",
    ),
    displayName: length(0, 100),
    description: length(0, 256),
    project: projectId,
  },
  replaceOn: ["accountId", "project"],
  id: ({ join, project, text }) =>
    join`projects/${project}/serviceAccounts/${text("accountId")}@${project}.iam.gserviceaccount.com`,
  outputs: ({ join, project, text, keep, digits }) => {
    const email = join`${text("accountId")}@${project}.iam.gserviceaccount.com`;
    return {
      email,
      member: join`serviceAccount:${email}`,
      name: join`projects/${project}/serviceAccounts/${email}`,
      uniqueId: keep("uniqueId", () => digits("uniqueId", 21)),
    };
  },
};

const key: ResourceModel = {
  token: "gcp:serviceaccount/key:Key",
  values: {
    keyAlgorithm: ["KEY_ALG_UNSPECIFIED", "KEY_ALG_RSA_1024", "KEY_ALG_RSA_2048"],
    privateKeyType: ["TYPE_UNSPECIFIED", "TYPE_PKCS12_FILE", "TYPE_GOOGLE_CREDENTIALS_FILE"],
    publicKeyType: ["TYPE_NONE", "TYPE_X509_PEM_FILE", "TYPE_RAW_PUBLIC_KEY"],
  },
  rules: { serviceAccountId: accountName },
  replaceOn: [
    "serviceAccountId",
    "keepers",
    "keyAlgorithm",
    "privateKeyType",
    "publicKeyType",
    "publicKeyData",
  ],
  defaults: {
    keyAlgorithm: "KEY_ALG_RSA_2048",
    privateKeyType: "TYPE_GOOGLE_CREDENTIALS_FILE",
    publicKeyType: "TYPE_X509_PEM_FILE",
  },
  id: (_context, outputs) => String(outputs.name),
  outputs: ({ keep, hex, text, previous, now }) => {
    const name = keep("name", () => `${text("serviceAccountId")}/keys/${hex("key", 40)}`);
    if (name === UNKNOWN || previous !== undefined)
      return {
        name,
        privateKey: keep("privateKey", () => UNKNOWN),
        publicKey: keep("publicKey", () => UNKNOWN),
      };
    const pair = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const email = text("serviceAccountId").split("/").at(-1);
    const credentials = {
      type: "service_account",
      private_key_id: hex("key", 40),
      private_key: pair.privateKey.export({ type: "pkcs8", format: "pem" }),
      client_email: email,
    };
    return {
      name,
      privateKey: Buffer.from(JSON.stringify(credentials)).toString("base64"),
      publicKey: Buffer.from(pair.publicKey.export({ type: "spki", format: "pem" })).toString("base64"),
      validAfter: now(),
      validBefore: "9999-12-31T23:59:59Z",
    };
  },
};

export const serviceAccounts: readonly ResourceModel[] = [
  account,
  key,
  iamMember({
    token: "gcp:serviceaccount/iAMMember:IAMMember",
    target: ["serviceAccountId"],
    rules: { serviceAccountId: accountName },
    parent: ({ text }) => text("serviceAccountId"),
  }),
];
