import type { Finding } from "./policy.ts";
import type { Property } from "./property.ts";
import { MalformedRead, UnknownRead } from "./unknown.ts";

type Part = () => Finding | readonly Finding[] | undefined;

/** A violation at one property; the message begins with its path. */
export function violation(at: Property, problem: string): Finding {
  return { message: `${at.path} ${problem}`, path: at.path, urn: at.urn };
}

/** A policy could not be evaluated, for a reason that is not one unread property. */
export function notEvaluated(urn: string, message: string): Finding {
  return { status: "not evaluated", message, urn };
}

/**
 * Runs parts of a check that do not need each other, so that an unknown in one does not hide what another finds.
 * What is not known, and what is misshapen, become findings. Any other error is passed on.
 */
export function parts(...checks: readonly Part[]): Finding[] {
  return checks.flatMap((check) => {
    try {
      return check() ?? [];
    } catch (error) {
      if (error instanceof UnknownRead) {
        return [
          { status: "not evaluated", message: error.message, path: error.path, urn: error.urn } as const,
        ];
      }
      if (error instanceof MalformedRead)
        return [{ message: error.message, path: error.path, urn: error.urn }];
      throw error;
    }
  });
}

/** {@link parts} of one check over a list. */
export function each<Item>(items: readonly Item[], check: (item: Item) => ReturnType<Part>): Finding[] {
  return parts(...items.map((item) => () => check(item)));
}
