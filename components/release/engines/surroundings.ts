/** What a release engine works with, beside the plan: facts of the place that it runs in. */
export interface EngineSurroundings {
  /**
   * Address of Prometheus as the engine reaches it: `http://prometheus.monitoring:9090`. Every engine needs it; no
   * credential stands in it.
   */
  readonly prometheus?: string;
  /**
   * Ingress of ingress-nginx, or of what reads its annotations, that leads to the service: the engine makes a second one beside it
   * and moves its weight. Default: none, so shares are shares of the pods, and Flagger can share out nothing.
   */
  readonly ingress?: string;
  /** Namespace that the engine runs in: it sends a plan's tests from there. Default `"argo-rollouts"`. */
  readonly namespace?: string;
  /**
   * Google Cloud Deploy: email of the service account that deploys, goes on and goes back. It needs
   * `roles/clouddeploy.jobRunner`, `roles/clouddeploy.operator`, `roles/run.developer` or `roles/container.developer`, and
   * `roles/iam.serviceAccountUser` on the service's own account.
   */
  readonly account?: string;
  /** Google Cloud Deploy: where it deploys to on Kubernetes, `projects/P/locations/L/clusters/C`. */
  readonly cluster?: string;
  /** Google Cloud Deploy: HTTPRoute that leads to the service on Kubernetes. Default: shares are shares of the pods. */
  readonly route?: string;
}
