/** gRPC's codes that say something here. */
const NOT_FOUND = 5;
const DEADLINE_EXCEEDED = 4;
const PERMISSION_DENIED = 7;
const ABORTED = 10;
const UNAVAILABLE = 14;
const UNAUTHENTICATED = 16;

/** Longest part of an answer that is quoted, in characters. */
const QUOTED = 500;

function codeOf(error: unknown): unknown {
  return (error as { code?: unknown } | undefined)?.code;
}

/** Whether somebody else changed the service since it was read. */
export function isConflict(error: unknown): boolean {
  return codeOf(error) === ABORTED;
}

/** What Cloud Run said, which service it is about, and what helps. @param what that was wanted: `read`, `move the traffic of` */
export function explain(error: unknown, what: string, service: string): Error {
  const message = (error instanceof Error ? error.message : String(error)).slice(0, QUOTED);
  const head = `Cloud Run could not be asked to ${what} ${service}`;
  switch (codeOf(error)) {
    case PERMISSION_DENIED:
      return new Error(
        `${head}: ${message}. Who releases needs roles/run.developer on the service (run.services.get, run.services.update), run.operations.get in the project, and roles/iam.serviceAccountUser on the account that the service runs as`,
      );
    case UNAUTHENTICATED:
      return new Error(`${head}: ${message}. Log in: gcloud auth application-default login`);
    case NOT_FOUND:
      return new Error(
        `${head}: ${message}. The service, or the revision that is to have traffic, is not there: see \`gcloud run revisions list\``,
      );
    case UNAVAILABLE:
    case DEADLINE_EXCEEDED:
      return new Error(`${head}: it gave no answer: ${message}`);
    default:
      return new Error(`${head}: ${message}`);
  }
}

/** @throws Error where nobody is logged in */
export function noCredentials(error: unknown): Error {
  const message = (error instanceof Error ? error.message : String(error)).slice(0, QUOTED);
  return new Error(
    `Google Cloud has no credentials here: ${message} On a person's machine: gcloud auth application-default login; in a pipeline: workload identity federation`,
  );
}
