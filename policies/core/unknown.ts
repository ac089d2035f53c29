/**
 * The strings that Pulumi's engine sends in place of a value it will only know after a deployment, by kind of value.
 * They are the engine's own, so that one representation serves a policy pack and the in-process planner.
 */
const SENTINELS: ReadonlySet<unknown> = new Set([
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9", // string
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421", // number
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7", // boolean
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2", // array
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff", // object
  "030794c1-ac77-496b-92df-f27374a8bd58", // asset
  "e48ece36-62e2-4504-bad9-02848725956a", // archive
]);

/** Stands for a value that is not known before deployment. Put it wherever such a value would be. */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Whether `value` is {@link unknownValue}, or another of the engine's markers for an unknown. */
export function isUnknown(value: unknown): boolean {
  return SENTINELS.has(value);
}

/** Thrown where a policy reads a value that is not known yet; the runner turns it into "not evaluated". */
export class UnknownRead extends Error {
  readonly path: string;
  readonly urn: string;

  constructor(path: string, urn: string) {
    super(`${path} is not known before deployment`);
    this.name = "UnknownRead";
    this.path = path;
    this.urn = urn;
  }
}

/** Thrown where a policy reads a value of another shape than the resource type's; a violation, never a pass. */
export class MalformedRead extends Error {
  readonly path: string;
  readonly urn: string;

  constructor(path: string, urn: string, expected: string) {
    super(`${path} is not ${expected}`);
    this.name = "MalformedRead";
    this.path = path;
    this.urn = urn;
  }
}

/** Why something can't be told: it is not known yet, or misshapen. */
export type Unread = UnknownRead | MalformedRead;

/** Whether an error says that a value is not known yet, or can't be read. */
export function isUnreadable(error: unknown): error is Unread {
  return error instanceof UnknownRead || error instanceof MalformedRead;
}

/** Does `read`, and keeps why it can't be done: for whoever would be misled by what is missing. Other errors are passed on. */
export function attempt<Result>(
  read: () => Result,
): { readonly value: Result; readonly unread?: never } | { readonly unread: Unread; readonly value?: never } {
  try {
    return { value: read() };
  } catch (error) {
    if (isUnreadable(error)) return { unread: error };
    throw error;
  }
}
