import { isObject, type Properties, valueAt } from "../../../models/values.ts";

/** One thing that the API server found wrong. */
interface ApiCause {
  readonly reason: string;
  readonly message: string;
  /** Such as `spec.template.spec.containers[0].image`; "" for the object as a whole. */
  readonly field: string;
}

/** The API server refused. The message is its own. */
export class ApiError extends Error {
  /** The HTTP status. */
  readonly code: number;
  /** Such as `NotFound`, `Invalid`, `Conflict`. */
  readonly reason: string;
  readonly causes: readonly ApiCause[];
  /** The kind of object that the answer speaks of, as a plural or a kind. */
  readonly about: string;

  constructor(code: number, status: Properties, text: string) {
    super(typeof status.message === "string" ? status.message : text.slice(0, 500) || `HTTP ${code}`);
    this.name = "ApiError";
    this.code = code;
    this.reason = String(status.reason ?? "");
    this.about = String(valueAt(status, "details", "kind") ?? "");
    const causes = valueAt(status, "details", "causes");
    this.causes = (Array.isArray(causes) ? causes.filter(isObject) : []).map(
      ({ reason, message, field }) => ({
        reason: String(reason ?? ""),
        message: String(message ?? ""),
        field: String(field ?? "").replace(/^\./, ""),
      }),
    );
  }
}

/** The refusal as a person should read it: fields that others manage with the ways out, others with their paths. */
export function explained(error: unknown, what: string): Error {
  if (!(error instanceof ApiError)) return error instanceof Error ? error : new Error(String(error));
  const conflicts = error.causes.filter(({ reason }) => reason === "FieldManagerConflict");
  if (conflicts.length > 0) {
    const lines = conflicts.map(({ field, message }) => `  ${field}: ${manager(message)}`);
    return new Error(
      `${what} has fields that something else manages, with other values:
${[...new Set(lines)].join("\n")}
Leave these fields out of the program, so that the other keeps them; or take them over with the annotation
pulumi.com/patchForce: "true" on this resource; or have the other give them up.`,
    );
  }
  if (error.code === 404 && error.about === "namespaces")
    return new Error(
      `${what} can't be made: ${error.message}. Declare the Namespace, and take its name from the resource (\`namespace.metadata.name\`), so that it is made first.`,
    );
  const causes = error.causes.filter(({ field }) => field !== "");
  if (causes.length === 0) return new Error(`the API server refused ${what}: ${error.message}`);
  return new Error(
    `the API server refused ${what}:\n${causes.map(({ field, message }) => `  ${field}: ${message}`).join("\n")}`,
  );
}

/** `managed by "kubectl-edit"` of `conflict with "kubectl-edit" using apps/v1`. */
function manager(message: string): string {
  const name = /conflict with ("[^"]*"(?: with subresource "[^"]*")?)/.exec(message)?.[1];
  return name === undefined ? message : `managed by ${name}`;
}
