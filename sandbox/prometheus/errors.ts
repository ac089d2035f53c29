/** Prometheus could not be had, started or asked. The message says why and what helps. */
export class PrometheusError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "PrometheusError";
  }
}
