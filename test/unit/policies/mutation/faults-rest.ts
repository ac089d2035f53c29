import type { PolicyResource } from "../../../../policies/core/policy.ts";
import * as types from "../../../../policies/types.ts";
import { resource } from "../support.ts";
import { alters, becomes, comes, type Fault, type Loose } from "./fault.ts";

const { ALERT_POLICY, BUCKET, CLOUD_RUN_SERVICE, DEPLOYMENT, STATEFUL_SET } = types;
const NETWORK = "gcp:compute/network:Network";
const PROJECT_MEMBER = "gcp:projects/iAMMember:IAMMember";
const COMPUTE = "123456789-compute@developer.gserviceaccount.com";

/** Something that comes to a project, beside its network. */
const arrives = (what: string, type: string, props: object, expects: string) =>
  comes(what, NETWORK, (network) => resource(type, "seeded", props, { stack: stackOf(network) }), expects);
const stackOf = ({ urn }: PolicyResource) => urn.split(":")[2] ?? "production";
const project = (change: object) => ({
  project: "shop",
  role: "roles/viewer",
  member: "group:a@example.com",
  ...change,
});
const stack = (...names: string[]): Pick<Fault, "where"> => ({
  where: (_, __, one) => names.includes(stackOf(one)),
});
const plan = (what: string, change: (plan: Loose) => Loose, expects: string) =>
  alters(
    what,
    CLOUD_RUN_SERVICE,
    ({ annotations }) => {
      const own = JSON.parse(annotations["slipway.dev/release"]);
      annotations["slipway.dev/release"] = JSON.stringify({ ...own, ...change(own) });
    },
    expects,
    { where: ({ annotations }) => annotations?.["slipway.dev/release"] !== undefined },
  );
/** Alerts on an SLO of Cloud Monitoring; those over days are PromQL. */
const burning: Pick<Fault, "where"> = {
  where: ({ conditions }) =>
    conditions[1]?.conditionThreshold?.filter.startsWith("select_slo_burn_rate") === true,
};

const withoutShortWindow = (conditions: Loose) => conditions.toSpliced(1, 1);

/** Conditions on a burn rate become others. */
function burns(change: object): (conditions: Loose) => Loose {
  const changed = (conditions: Loose) =>
    conditions.map((one: Loose) =>
      one.conditionThreshold?.filter.startsWith("select_slo_burn_rate")
        ? { ...one, conditionThreshold: { ...one.conditionThreshold, ...change } }
        : one,
    );
  return Object.defineProperty(changed, "name", { value: JSON.stringify(change) });
}

/** How grants, logs, releases, alerts and what costs money can be wrong. */
export const restFaults: readonly Fault[] = [
  becomes(PROJECT_MEMBER, "role", "roles/iam.serviceAccountUser", "no-project-wide-impersonation"),
  becomes(PROJECT_MEMBER, "role", "roles/iam.serviceAccountTokenCreator", "no-project-wide-impersonation"),
  arrives(
    "an account that administers",
    PROJECT_MEMBER,
    project({ role: "roles/storage.admin", member: "serviceAccount:a@shop.iam.gserviceaccount.com" }),
    "no-admin-service-account",
  ),
  arrives(
    "a role of the default account",
    PROJECT_MEMBER,
    project({ role: "roles/logging.logWriter", member: `serviceAccount:${COMPUTE}` }),
    "no-role-for-default-account",
  ),
  arrives(
    "a grant that replaces",
    "gcp:projects/iAMBinding:IAMBinding",
    { project: "shop", role: "roles/logging.viewer", members: ["group:a@example.com"] },
    "no-authoritative-project-grant",
  ),
  arrives(
    "a person's role",
    PROJECT_MEMBER,
    project({ role: "roles/logging.viewer", member: "user:a@example.com" }),
    "roles-to-groups",
  ),
  arrives(
    "somebody's private address",
    PROJECT_MEMBER,
    project({ role: "roles/logging.viewer", member: "user:a@gmail.com" }),
    "members-of-own-domains",
  ),
  arrives(
    "a certificate by hand",
    "gcp:compute/sSLCertificate:SSLCertificate",
    { certificate: "c", privateKey: "k" },
    "certificate-renewed",
  ),
  arrives(
    "a sink that is off",
    "gcp:logging/projectSink:ProjectSink",
    { destination: "storage.googleapis.com/logs", filter: "severity>=ERROR", disabled: true },
    "log-sink-on",
  ),
  arrives(
    "a disk of nobody's",
    "gcp:compute/disk:Disk",
    { zone: "us-east1-b", size: 100, type: "pd-ssd" },
    "disks-used",
  ),
  arrives(
    "an address of nobody's",
    "gcp:compute/address:Address",
    { region: "us-east1", addressType: "EXTERNAL" },
    "addresses-used",
  ),
  arrives(
    "a chart with a password",
    "kubernetes:helm.sh/v3:Release",
    { chart: "redis", values: { auth: { password: "hunter2-correct" } } },
    "no-secret-in-values",
  ),
  comes(
    "a pod by itself",
    types.NAMESPACE,
    (namespace) =>
      resource(
        types.POD,
        "seeded",
        {
          metadata: { name: "seeded", namespace: (namespace.props as Loose).metadata.name },
          spec: { containers: [] },
        },
        { stack: stackOf(namespace) },
      ),
    "pod-has-controller",
  ),
  becomes(
    DEPLOYMENT,
    'metadata.annotations["seccomp.security.alpha.kubernetes.io/pod"]',
    "runtime/default",
    "names-in-use",
  ),
  becomes(
    STATEFUL_SET,
    "spec.persistentVolumeClaimRetentionPolicy",
    { whenDeleted: "Delete", whenScaled: "Retain" },
    "volumes-retained",
    stack("production"),
  ),
  alters(
    "forgets what is deleted",
    BUCKET,
    (props) => {
      props.versioning = { enabled: false };
      props.softDeletePolicy = { retentionDurationSeconds: 0 };
    },
    "bucket-recoverable",
    stack("production"),
  ),
  becomes(
    types.SECRET,
    "replication",
    { userManaged: { replicas: [{ location: "us-east1" }] } },
    "secret-survives-region",
    stack("production"),
  ),
  becomes(BUCKET, "location", "US", "one-region-outside-production", {
    where: ({ customPlacementConfig }, _, one) =>
      customPlacementConfig === undefined && ["staging", "sandbox"].includes(stackOf(one)),
  }),
  plan("has no gates", () => ({ gates: [], thresholds: [] }), "release-gated"),
  plan("falls", (own) => ({ steps: own.steps.toReversed() }), "release-steps-rise"),
  plan("gives all at once", (own) => ({ steps: own.steps.slice(-1) }), "release-steps-rise"),
  becomes(
    CLOUD_RUN_SERVICE,
    'annotations["slipway.dev/objectives"]',
    (old: string) => JSON.stringify(JSON.parse(old).filter(({ kind }: Loose) => kind !== "latency")),
    "objective-kinds-covered",
    { where: ({ annotations }) => annotations?.["slipway.dev/objectives"] !== undefined },
  ),
  becomes(ALERT_POLICY, "enabled", false, "alert-enabled"),
  becomes(ALERT_POLICY, "conditions", withoutShortWindow, "burn-alert-has-two-windows", burning),
  becomes(ALERT_POLICY, "conditions", burns({ thresholdValue: 1000 }), "burn-alert-reachable", burning),
  becomes(
    ALERT_POLICY,
    "conditions",
    burns({ filter: 'select_slo_burn_rate("projects/shop/services/a/serviceLevelObjectives/b", "1s")' }),
    "burn-alert-windows-measurable",
    burning,
  ),
  comes(
    "three more gateways",
    "gcp:compute/routerNat:RouterNat",
    (nat) => ({ ...nat, urn: `${nat.urn}-again`, name: `${nat.name}-again` }),
    "few-nat-gateways",
  ),
  becomes(
    CLOUD_RUN_SERVICE,
    "template.scaling.minInstanceCount",
    20,
    "few-idle-instances-outside-production",
    stack("staging", "sandbox"),
  ),
  becomes(
    types.ATLAS_CLUSTER,
    "replicationSpecs[0].regionConfigs[0].electableSpecs.instanceSize",
    "M80",
    "small-databases-outside-production",
    stack("staging", "sandbox"),
  ),
];
