import { each, violation } from "../../../core/finding.ts";
import type { Finding, Policy, Stack } from "../../../core/policy.ts";
import { type Grant, grantsOf, PROJECT_IAM_TYPES, rolesOf } from "../iam.ts";

/** Two duties that one member must not have both of. */
interface Duties {
  /** Roles that manage. */
  readonly manages: readonly string[];
  /** Roles that use what is managed. */
  readonly uses: readonly string[];
}

/** Members that have roles of both kinds, wherever in the stack they are given. */
function checkDuties(stack: Stack, { manages, uses }: Duties): readonly Finding[] {
  const relevant = [...manages, ...uses];
  // Whoever uses can't be a manager too where there is none: an unknown member is then no matter.
  const some = stack.resources.some((resource) =>
    rolesOf(resource).some(({ role }) => manages.includes(role)),
  );
  if (!some) return [];
  const byMember = new Map<string, Grant[]>();
  const unread = each(stack.resources, (resource) =>
    each(grantsOf(resource), (read) => {
      const grant = read();
      if (grant !== undefined && relevant.includes(grant.role)) {
        byMember.set(grant.member, [...(byMember.get(grant.member) ?? []), grant]);
      }
      return undefined;
    }),
  );
  const found = [...byMember.values()].flatMap((grants) => {
    const manager = grants.find(({ role }) => manages.includes(role));
    const user = grants.find(({ role }) => uses.includes(role));
    return manager === undefined || user === undefined
      ? []
      : [violation(user.at, `gets "${user.role}", and has "${manager.role}" besides`)];
  });
  return [...unread, ...found];
}

export const accountDutiesSeparated: Policy = {
  id: "account-duties-separated",
  title: "Whoever manages service accounts must not be able to act as them.",
  severity: "medium",
  level: "mandatory",
  why: "One person could make an account, give it rights, and act as it, with nobody else looking.",
  fix: "Give roles/iam.serviceAccountAdmin and roles/iam.serviceAccountUser to different members.",
  example: {
    typescript: `new gcp.projects.IAMMember("platform", {
  project: "shop",
  role: "roles/iam.serviceAccountAdmin",
  member: "group:platform@example.com",
});`,
  },
  frameworks: { "cis-gcp": ["1.8"] },
  types: PROJECT_IAM_TYPES,
  checkStack: (stack) =>
    checkDuties(stack, {
      manages: ["roles/iam.serviceAccountAdmin"],
      uses: ["roles/iam.serviceAccountUser", "roles/iam.serviceAccountTokenCreator"],
    }),
};

const USES_KEYS = ["EncrypterDecrypter", "Encrypter", "Decrypter"].map(
  (what) => `roles/cloudkms.cryptoKey${what}`,
);

export const keyDutiesSeparated: Policy = {
  id: "key-duties-separated",
  title: "Whoever manages keys must not be able to decrypt with them.",
  severity: "medium",
  level: "mandatory",
  why: "One account that is taken over could read what is encrypted, and destroy the keys of it.",
  fix: "Give roles/cloudkms.admin and roles/cloudkms.cryptoKeyEncrypterDecrypter to different members.",
  example: {
    typescript: `new gcp.kms.CryptoKeyIAMMember("api-decrypts", {
  cryptoKeyId: "projects/shop/locations/us-east1/keyRings/shop/cryptoKeys/uploads",
  role: "roles/cloudkms.cryptoKeyEncrypterDecrypter",
  member: "serviceAccount:api@shop.iam.gserviceaccount.com",
});`,
  },
  frameworks: { "cis-gcp": ["1.11"] },
  types: /^gcp:(projects|folder|organizations|kms)\/.*(IAM|Iam)(Member|Binding|Policy)$/,
  checkStack: (stack) => checkDuties(stack, { manages: ["roles/cloudkms.admin"], uses: USES_KEYS }),
};
