import { each, violation } from "../../core/finding.ts";
import type { Finding, Policy, Subject } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { SQL_INSTANCE } from "../../types.ts";
import { declared } from "../field.ts";

/** What a flag of a database has to be, by engine. */
interface Flag {
  /** How `databaseVersion` begins. */
  readonly engine: "MYSQL" | "POSTGRES" | "SQLSERVER";
  readonly name: string;
  /** Values that will do. */
  readonly good: RegExp;
  /** What the engine takes where nothing is said (documentation of Cloud SQL and of each engine). */
  readonly absent: string;
  /** What happens otherwise. */
  readonly otherwise: string;
}

const OFF = /^(off|0|false)$/i;
const ON = /^(on|1|true)$/i;

/** Flags that let in what should stay out. */
const CLOSED: readonly Flag[] = [
  {
    engine: "MYSQL",
    name: "local_infile",
    good: OFF,
    absent: "off",
    otherwise: "a client can be made to send its own files",
  },
  {
    engine: "MYSQL",
    name: "skip_show_database",
    good: ON,
    absent: "off",
    otherwise: "every user sees the names of all databases",
  },
  {
    engine: "SQLSERVER",
    name: "external scripts enabled",
    good: OFF,
    absent: "off",
    otherwise: "a query can start programs",
  },
  {
    engine: "SQLSERVER",
    name: "cross db ownership chaining",
    good: OFF,
    absent: "off",
    otherwise: "the owner of one database gets into others",
  },
  {
    engine: "SQLSERVER",
    name: "contained database authentication",
    good: OFF,
    absent: "off",
    otherwise: "a database lets in users whom the server does not know",
  },
  {
    engine: "SQLSERVER",
    name: "remote access",
    good: OFF,
    absent: "on",
    otherwise: "other servers start procedures on this one",
  },
  {
    engine: "SQLSERVER",
    name: "3625",
    good: ON,
    absent: "off",
    otherwise: "errors tell everyone what only administrators should read",
  },
];

/** Flags that say what is recorded. */
const LOGGED: readonly Flag[] = [
  ["log_connections", ON, "off", "nobody sees who connected"],
  ["log_disconnections", ON, "off", "nobody sees how long anyone stayed"],
  ["log_statement", /^(ddl|mod|all)$/i, "none", "nobody sees who changed a table"],
  [
    "log_min_messages",
    /^(debug[1-5]|info|notice|warning)$/i,
    "warning",
    "the server's warnings are not recorded",
  ],
  [
    "log_min_error_statement",
    /^(debug[1-5]|info|notice|warning|error)$/i,
    "error",
    "statements that failed are not recorded",
  ],
  ["log_min_duration_statement", /^-1$/, "-1", "statements are recorded with the data in them"],
  ["log_error_verbosity", /^(terse|default)$/i, "default", "the log tells how the server is built"],
  ["cloudsql.enable_pgaudit", ON, "off", "no audit log says who read or changed what"],
].map(([name, good, absent, otherwise]) => ({ engine: "POSTGRES", name, good, absent, otherwise }) as Flag);

/** Flags that an instance sets, by name. */
function given(instance: Subject): Map<string, Property> {
  const flags = instance.props.at("settings", "databaseFlags").items();
  return new Map(flags.map((flag) => [flag.at("name").text() ?? "", flag.at("value")]));
}

function checkFlags(instance: Subject, table: readonly Flag[]): readonly Finding[] {
  // A replica or a clone that says nothing has what its source has.
  if (!instance.props.at("settings").present) return [];
  const version = instance.props.at("databaseVersion").text() ?? "";
  const relevant = table.filter(({ engine }) => version.startsWith(engine));
  if (relevant.length === 0) return [];
  const flags = given(instance);
  return each(relevant, ({ name, good, absent, otherwise }) => {
    const value = flags.get(name);
    if (good.test(value?.text() ?? absent)) return undefined;
    const at = value ?? instance.props.at("settings", "databaseFlags");
    return violation(
      at,
      value === undefined
        ? `does not set "${name}", which is then "${absent}": ${otherwise}`
        : `sets "${name}" to ${value.quote()}: ${otherwise}`,
    );
  });
}

function instance(version: string, flag: string, value: string) {
  return declared(
    "sql.DatabaseInstance",
    `databaseVersion: "${version}", settings: { tier: "db-custom-2-7680", databaseFlags: [{ name: "${flag}", value: "${value}" }] }`,
  );
}

export const databaseFlagsClosed: Policy = {
  id: "database-flags-closed",
  title: "A Cloud SQL database's flags must leave no door open.",
  severity: "medium",
  level: "mandatory",
  why: "Each of these flags lets a user of one database at more than that database.",
  fix: "Set the flag that the finding names in settings.databaseFlags.",
  example: instance("MYSQL_8_4", "skip_show_database", "on"),
  frameworks: { "cis-gcp": ["6.1.2", "6.1.3", "6.3.1", "6.3.2", "6.3.5", "6.3.6", "6.3.7"] },
  types: [SQL_INSTANCE],
  check: (database) => checkFlags(database, CLOSED),
};

export const databaseFlagsLogged: Policy = {
  id: "database-flags-logged",
  title: "A PostgreSQL database of Cloud SQL should record who came and what was changed.",
  severity: "low",
  level: "advisory",
  why: "After an incident these records are all that says whose data was touched.",
  fix: "Set the flag that the finding names in settings.databaseFlags.",
  example: declared(
    "sql.DatabaseInstance",
    `databaseVersion: "POSTGRES_17", settings: { tier: "db-custom-2-7680", databaseFlags: [
  { name: "log_connections", value: "on" },
  { name: "log_disconnections", value: "on" },
  { name: "log_statement", value: "ddl" },
  { name: "cloudsql.enable_pgaudit", value: "on" },
] }`,
  ),
  frameworks: {
    "cis-gcp": ["6.2.1", "6.2.2", "6.2.3", "6.2.4", "6.2.5", "6.2.6", "6.2.7", "6.2.8"],
    owasp: ["A09"],
  },
  types: [SQL_INSTANCE],
  check: (database) => checkFlags(database, LOGGED),
};
