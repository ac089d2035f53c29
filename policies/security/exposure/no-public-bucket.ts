import { each, parts, violation } from "../../core/finding.ts";
import type { Policy, Subject } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { BUCKET } from "../../types.ts";
import { EVERYONE, membersOf } from "../access/iam.ts";
import { declared } from "../field.ts";

const BUCKET_GRANTS = ["Member", "Binding", "Policy"].map(
  (kind) => `gcp:storage/bucketIAM${kind}:BucketIAM${kind}`,
);
const ENTITIES = [
  "gcp:storage/bucketAccessControl:BucketAccessControl",
  "gcp:storage/defaultObjectAccessControl:DefaultObjectAccessControl",
  "gcp:storage/objectAccessControl:ObjectAccessControl",
];
const BUCKET_ACL = "gcp:storage/bucketACL:BucketACL";

function bucket({ props }: Subject) {
  return parts(
    () => {
      const prevention = props.at("publicAccessPrevention");
      return prevention.text() === "enforced"
        ? []
        : violation(
            prevention,
            `is ${prevention.quote()}, not "enforced": a later grant could make the bucket public`,
          );
    },
    () => {
      const uniform = props.at("uniformBucketLevelAccess");
      return uniform.flag() === true
        ? []
        : violation(
            uniform,
            "is not true: single objects can have access rules of their own, which nobody sees",
          );
    },
  );
}

function everyone(at: Property, name: string | undefined) {
  return name !== undefined && EVERYONE.includes(name) ? violation(at, `lets "${name}" in`) : undefined;
}

function check(resource: Subject) {
  const { props, type } = resource;
  if (type === BUCKET) return bucket(resource);
  if (ENTITIES.includes(type)) return parts(() => everyone(props.at("entity"), props.at("entity").text()));
  if (type !== BUCKET_ACL)
    return each(membersOf(resource), (read) => {
      const grant = read();
      return grant && everyone(grant.at, grant.member);
    });
  return parts(
    () => {
      const acl = props.at("predefinedAcl");
      return /public|authenticated/i.test(acl.text() ?? "")
        ? violation(acl, `is ${acl.quote()}: the bucket is public`)
        : [];
    },
    () =>
      each(props.at("roleEntities").items(), (entry) =>
        everyone(entry, entry.text()?.replace(/^[A-Z]+:/, "")),
      ),
  );
}

export const noPublicBucket: Policy = {
  id: "no-public-bucket",
  title: "No bucket may be open to everyone.",
  severity: "critical",
  level: "mandatory",
  why: "What is public is copied within hours; taking the access away again does not bring the data back.",
  fix: 'Set publicAccessPrevention to "enforced" and uniformBucketLevelAccess to true, and give roles to named accounts only.',
  requirements: ["EA-05", "P8-01"],
  example: declared(
    "storage.Bucket",
    'location: "US", publicAccessPrevention: "enforced", uniformBucketLevelAccess: true',
  ),
  frameworks: { "cis-gcp": ["5.1", "5.2"], owasp: ["A01"] },
  types: [BUCKET, ...BUCKET_GRANTS, ...ENTITIES, BUCKET_ACL],
  check,
};
