import { each, parts, violation } from "../../core/finding.ts";
import type { Finding, Policy, Subject } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { MACHINES } from "../../types.ts";
import { declared, fieldPolicy, off, on } from "../field.ts";

const PROJECT_METADATA = "gcp:compute/projectMetadata:ProjectMetadata";
const PROJECT_METADATA_ITEM = "gcp:compute/projectMetadataItem:ProjectMetadataItem";

/** Metadata says yes in several ways (Compute Engine's documentation: "true, Y, Yes, 1" and so on, in any case of letters). */
function says(value: Property, pattern: RegExp): boolean {
  return pattern.test(value.text()?.trim() ?? "");
}
const YES = /^(true|y|yes|1)$/i;

/** A key of metadata: of a machine, of a whole project, or a project's single one. */
function metadata({ type, props }: Subject, key: string): Property | undefined {
  if (type !== PROJECT_METADATA_ITEM) return props.at("metadata", key);
  return props.at("key").text() === key ? props.at("value") : undefined;
}

/** A machine's example. Names what any machine has to, and nothing beside. */
function machine(properties: string) {
  return declared("compute.InstanceTemplate", `machineType: "e2-small", ${properties}`);
}

export const machineNoPublicAddress: Policy = {
  id: "machine-no-public-address",
  title: "A virtual machine must have no address of its own on the internet.",
  severity: "high",
  level: "mandatory",
  why: "Every fault of every program that listens on it is reached from everywhere, past the edge.",
  fix: "Leave accessConfigs and ipv6AccessConfigs out; let it out by Cloud NAT, and people in by Identity-Aware Proxy.",
  example: machine(
    'disks: [{ sourceImage: "debian-cloud/debian-12" }], networkInterfaces: [{ subnetwork: "shop" }]',
  ),
  frameworks: { "cis-gcp": ["4.9"] },
  requirements: ["AC-02"],
  types: MACHINES,
  check: ({ props }) =>
    each(props.at("networkInterfaces").items(), (nic) =>
      each(["accessConfigs", "ipv6AccessConfigs"], (field) =>
        nic.at(field).items().length === 0
          ? undefined
          : violation(nic.at(field), "gives it an address that the internet reaches"),
      ),
    ),
};

export const machineNoSerialPort: Policy = {
  id: "machine-no-serial-port",
  title: "A virtual machine's serial port must not be reached over the network.",
  severity: "medium",
  level: "mandatory",
  why: "The serial console knows no firewall: whoever has a key gets in from any address.",
  fix: 'Leave metadata["serial-port-enable"] out, or set it to "FALSE".',
  example: machine('disks: [{}], metadata: { "serial-port-enable": "FALSE" }'),
  frameworks: { "cis-gcp": ["4.5"] },
  types: [...MACHINES, PROJECT_METADATA, PROJECT_METADATA_ITEM],
  check: (resource) => {
    const port = metadata(resource, "serial-port-enable");
    return port !== undefined && says(port, YES)
      ? [violation(port, "opens the serial console to every address")]
      : [];
  },
};

export const machineOsLogin: Policy = {
  id: "machine-os-login",
  title: "People must log in to virtual machines with their own account, by OS Login.",
  severity: "medium",
  level: "mandatory",
  why: "Keys in metadata belong to nobody: they stay when the person has left, and no log says who it was.",
  fix: 'Set enable-oslogin to "TRUE" in the project\'s metadata, and nothing else on the machine.',
  example: declared("compute.ProjectMetadataItem", 'key: "enable-oslogin", value: "TRUE"'),
  frameworks: { "cis-gcp": ["4.4"] },
  types: [...MACHINES, PROJECT_METADATA, PROJECT_METADATA_ITEM],
  check: (resource) => {
    const login = metadata(resource, "enable-oslogin");
    if (login === undefined) return [];
    // A machine that says nothing does as its project says.
    const wrong = resource.type === PROJECT_METADATA ? !says(login, YES) : login.present && !says(login, YES);
    return wrong
      ? [
          violation(
            login,
            `${login.present ? `is ${login.quote()}` : "is not set"}: people log in with keys that belong to nobody`,
          ),
        ]
      : [];
  },
};

function ownKeysOnly(resource: Subject): readonly Finding[] {
  if (!MACHINES.includes(resource.type)) {
    return each(["ssh-keys", "sshKeys"], (key) => {
      const keys = metadata(resource, key);
      return keys?.present ? violation(keys, "lets its keys in to every machine of the project") : undefined;
    });
  }
  const blocked = resource.props.at("metadata", "block-project-ssh-keys");
  const osLogin = resource.props.at("metadata", "enable-oslogin");
  return says(blocked, YES) || says(osLogin, YES)
    ? []
    : [violation(blocked, "is not true: keys of the whole project get in")];
}

export const machineNoProjectKeys: Policy = {
  id: "machine-no-project-keys",
  title: "A virtual machine should not let in keys of the whole project.",
  severity: "medium",
  level: "advisory",
  why: "One key that is lost opens every machine of the project.",
  fix: 'Set metadata["enable-oslogin"] or metadata["block-project-ssh-keys"] to "TRUE".',
  example: machine('disks: [{}], metadata: { "block-project-ssh-keys": "TRUE" }'),
  frameworks: { "cis-gcp": ["4.3"] },
  types: [...MACHINES, PROJECT_METADATA, PROJECT_METADATA_ITEM],
  check: ownKeysOnly,
};

export const machineNoForwarding = fieldPolicy({
  id: "machine-no-forwarding",
  title: "A virtual machine must send and take only packets of its own.",
  severity: "medium",
  level: "mandatory",
  why: "A machine that forwards can stand between others, and send as an address that is not its own.",
  fix: "Leave canIpForward out, or set it to false; an exemption says which machine is a router.",
  example: machine("disks: [{}], canIpForward: false"),
  frameworks: { "cis-gcp": ["4.6"] },
  types: MACHINES,
  fields: ({ props }) => [props.at("canIpForward")],
  problem: off("it may send as an address that is not its own"),
});

const measured = on("a changed start of the machine is not seen", true);
const signed = on("it starts what nobody signed");

export const machineShielded: Policy = {
  id: "machine-shielded",
  title: "A virtual machine must be a shielded one.",
  severity: "medium",
  level: "mandatory",
  why: "Whoever gets to write to its disk could otherwise stay there below the operating system, unseen.",
  fix: "Leave enableVtpm and enableIntegrityMonitoring of shieldedInstanceConfig out, and set enableSecureBoot.",
  example: machine("disks: [{}], shieldedInstanceConfig: { enableSecureBoot: true }"),
  frameworks: { "cis-gcp": ["4.8"] },
  types: MACHINES,
  check: (resource) => {
    const shield = resource.props.at("shieldedInstanceConfig");
    const judge = (field: string, problem: typeof measured, level: Pick<Finding, "level"> = {}) => {
      const at = shield.at(field);
      const wrong = problem(at, resource);
      return wrong === undefined ? undefined : { ...violation(at, wrong), ...level };
    };
    return parts(
      () => judge("enableVtpm", measured),
      () => judge("enableIntegrityMonitoring", measured),
      // Some drivers are not signed.
      () => judge("enableSecureBoot", signed, { level: "advisory" }),
    );
  },
};
