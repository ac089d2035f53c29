/** A cluster could not be started, found or used. The message says why and what helps. */
export class ClusterError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ClusterError";
  }
}
