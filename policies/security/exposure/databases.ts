import { each, violation } from "../../core/finding.ts";
import type { Policy } from "../../core/policy.ts";
import { SQL_INSTANCE } from "../../types.ts";
import { EVERYONE } from "../access/iam.ts";
import { declared, fieldPolicy, off } from "../field.ts";
import { isOpen } from "./gke.ts";

const ATLAS_ACCESS = "mongodbatlas:index/projectIpAccessList:ProjectIpAccessList";
const DATASET = "gcp:bigquery/dataset:Dataset";
const DATASET_ACCESS = "gcp:bigquery/datasetAccess:DatasetAccess";

export const databaseNoPublicAddress = fieldPolicy({
  id: "database-no-public-address",
  title: "A Cloud SQL database must have no address on the internet.",
  severity: "high",
  level: "mandatory",
  why: "A database that is reached from everywhere is one password away from everyone.",
  fix: "Set settings.ipConfiguration.ipv4Enabled to false, and name a privateNetwork or a Private Service Connect.",
  example: declared(
    "sql.DatabaseInstance",
    'databaseVersion: "POSTGRES_17", settings: { tier: "db-custom-2-7680", ipConfiguration: { ipv4Enabled: false, privateNetwork: "shop", sslMode: "ENCRYPTED_ONLY" } }',
  ),
  frameworks: { "cis-gcp": ["6.6"] },
  types: [SQL_INSTANCE],
  // A replica or a clone that says nothing has what its source has.
  fields: ({ props }) =>
    props.at("settings").present ? [props.at("settings", "ipConfiguration", "ipv4Enabled")] : [],
  problem: off("the database gets an address that the internet reaches", true),
});

export const databaseClosedToEveryone: Policy = {
  id: "database-closed-to-everyone",
  title: "No database may let in every address there is.",
  severity: "critical",
  level: "mandatory",
  why: "Databases that are open are found within hours, copied, and often held to ransom.",
  fix: "Name the addresses that come: in Cloud SQL settings.ipConfiguration.authorizedNetworks, on Atlas those of ProjectIpAccessList.",
  example: {
    typescript:
      'new mongodbatlas.ProjectIpAccessList("services", { projectId: "5f0e", ipAddress: "203.0.113.7" });',
  },
  frameworks: { "cis-gcp": ["6.5"] },
  requirements: ["EA-04", "AC-02"],
  types: [SQL_INSTANCE, ATLAS_ACCESS],
  check: ({ type, props }) => {
    const ranges =
      type === ATLAS_ACCESS
        ? [props.at("cidrBlock")]
        : props
            .at("settings", "ipConfiguration", "authorizedNetworks")
            .items()
            .map((network) => network.at("value"));
    return each(ranges, (range) =>
      isOpen(range.text() ?? "") ? violation(range, `is ${range.quote()}: everyone is let in`) : undefined,
    );
  },
};

export const datasetNotPublic: Policy = {
  id: "dataset-not-public",
  title: "No BigQuery dataset may be open to everyone.",
  severity: "critical",
  level: "mandatory",
  why: "Everyone with a Google account could read every table in it, at your cost.",
  fix: "Name accounts, groups or your own domain in accesses.",
  example: declared(
    "bigquery.Dataset",
    'datasetId: "orders", accesses: [{ role: "READER", groupByEmail: "analysts@example.com" }]',
  ),
  frameworks: { "cis-gcp": ["7.1"], owasp: ["A01"] },
  types: [DATASET, DATASET_ACCESS],
  check: ({ type, props }) =>
    each(type === DATASET ? props.at("accesses").items() : [props], (access) =>
      each(["specialGroup", "iamMember"], (field) => {
        const whom = access.at(field);
        return EVERYONE.includes(whom.text() ?? "")
          ? violation(whom, `is ${whom.quote()}: that is everyone`)
          : undefined;
      }),
    ),
};
