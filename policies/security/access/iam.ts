import type { Subject } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { MalformedRead } from "../../core/unknown.ts";

/** Any of Google Cloud's some six hundred resources that give roles to members. */
export const IAM_TYPES = /^gcp:.*(IAM|Iam)(Member|Binding|Policy)$/;

/** Those that give roles on a whole project, folder or organization. */
export const PROJECT_IAM_TYPES = /^gcp:(projects|folder|organizations)\/.*(IAM|Iam)(Member|Binding|Policy)$/;

/** Everyone on the internet, and everyone with any Google account. */
export const EVERYONE: readonly string[] = ["allUsers", "allAuthenticatedUsers"];

/** One role, given to one member. */
export interface Grant {
  readonly role: string;
  readonly member: string;
  /** Where it is written. */
  readonly at: Property;
}

/** Roles that a resource gives, without reading to whom. */
export function rolesOf(resource: Subject): { role: string; at: Property }[] {
  if (resource.type.endsWith("Policy")) return policyGrants(resource);
  const at = resource.props.at("role");
  const role = at.text();
  return role === undefined ? [] : [{ role, at }];
}

/** Members that a resource gives roles to, each read on its own so that one unknown hides no other. */
export function membersOf(resource: Subject): (() => { member: string; at: Property } | undefined)[] {
  if (resource.type.endsWith("Policy")) return policyGrants(resource).map((grant) => () => grant);
  const written = resource.type.endsWith("Binding")
    ? resource.props.at("members").items()
    : [resource.props.at("member")];
  return written.map((at) => () => {
    const member = at.text();
    return member === undefined ? undefined : { member, at };
  });
}

/** What a resource gives to whom, each read on its own so that one unknown hides no other. */
export function grantsOf(resource: Subject): (() => Grant | undefined)[] {
  if (resource.type.endsWith("Policy")) return policyGrants(resource).map((grant) => () => grant);
  return membersOf(resource).map((read) => () => {
    const given = read();
    const role = resource.props.at("role").text();
    return given === undefined || role === undefined ? undefined : { role, ...given };
  });
}

/** The grants in a whole policy, which is JSON in a text. */
function policyGrants(resource: Subject): Grant[] {
  const at = resource.props.at("policyData");
  const text = at.text();
  if (text === undefined) return [];
  const bindings = parsed(text, at)?.bindings;
  if (bindings === undefined) return [];
  if (!Array.isArray(bindings)) throw new MalformedRead(at.path, at.urn, "an access policy");
  return bindings.flatMap((binding: { role?: unknown; members?: unknown } | null) => {
    const members = Array.isArray(binding?.members) ? binding.members : [];
    return members.map((member) => ({ role: String(binding?.role), member: String(member), at }));
  });
}

function parsed(text: string, at: Property): { bindings?: unknown } | null {
  try {
    return JSON.parse(text);
  } catch {
    throw new MalformedRead(at.path, at.urn, "an access policy in JSON");
  }
}
