/** A file of rules in Sloth's style. */
export const SLOTH = `
version: prometheus/v1
service: checkout
labels:
  owner: shop-platform
  tier: "1"
slos:
  - name: requests-availability
    objective: 99.9
    description: Requests that were answered.
    sli:
      events:
        error_query: sum(rate(http_requests_total{job="checkout",code=~"(5..|429)"}[{{.window}}]))
        total_query: sum(rate(http_requests_total{job="checkout"}[{{.window}}]))
    alerting:
      name: CheckoutErrors
      page_alert:
        labels: { severity: critical }
      ticket_alert:
        labels: { severity: warning }
  - name: Satisfied clients
    objective: 95
    labels: { owner: shop-frontend }
    sli:
      raw:
        error_ratio_query: 1 - sum(sum_over_time(satisfied_ratio[{{.window}}])) / sum(count_over_time(satisfied_ratio[{{.window}}]))
    alerting:
      ticket_alert: { disable: true }
  - name: quiet
    objective: 99
    sli:
      events:
        error_query: rate(lost_total[{{ .window }}])
        total_query: sum by (queue) (rate(sent_total[{{ .window }}]))
    alerting:
      page_alert: { disable: true }
      ticket_alert: { disable: true }
`;

/** The first of them as an object of Kubernetes. */
export const SLOTH_OBJECT = `
apiVersion: sloth.slok.dev/v1
kind: PrometheusServiceLevel
metadata:
  name: checkout
  namespace: monitoring
spec:
  service: checkout
  labels: { team: shop-platform }
  slos:
    - name: requests-availability
      objective: 99.9
      sli:
        events:
          errorQuery: sum(rate(http_requests_total{job="checkout",code=~"(5..|429)"}[{{.window}}]))
          totalQuery: sum(rate(http_requests_total{job="checkout"}[{{.window}}]))
      alerting:
        pageAlert: { disable: true }
`;

/** Documents in the style of OpenSLO's own examples: what they refer to lies beside them. */
export const OPEN_SLO = `
apiVersion: openslo/v1
kind: Service
metadata:
  name: cart
  labels: { team: [shop-platform, shop-data] }
spec:
  description: What customers put into it.
---
apiVersion: openslo/v1
kind: DataSource
metadata: { name: metrics }
spec:
  type: Prometheus
  connectionDetails: { url: "http://prometheus:9090" }
---
apiVersion: openslo/v1
kind: SLI
metadata: { name: cart-requests }
spec:
  ratioMetric:
    counter: true
    good:
      metricSource: { metricSourceRef: metrics, spec: { query: 'http_requests_total{code=~"2..|3.."}' } }
    total:
      metricSource: { metricSourceRef: metrics, spec: { query: http_requests_total } }
---
apiVersion: openslo/v1
kind: SLO
metadata:
  name: cart-availability
  displayName: Cart availability
spec:
  service: cart
  indicatorRef: cart-requests
  timeWindow: [{ duration: 4w, isRolling: true }]
  budgetingMethod: Occurrences
  objectives:
    - displayName: Good enough
      target: 0.98
    - displayName: Well done!
      targetPercent: 99.95
  alertPolicies:
    - alertPolicyRef: fast-burn
    - kind: AlertPolicy
      metadata: { name: slow-burn }
      spec:
        alertWhenBreaching: true
        conditions:
          - kind: AlertCondition
            metadata: { name: slow }
            spec:
              severity: warning
              condition: { kind: burnrate, op: gte, threshold: 1, lookbackWindow: 3d, alertAfter: 5m }
        notificationTargets: [{ targetRef: on-call }]
---
apiVersion: openslo/v1
kind: AlertPolicy
metadata: { name: fast-burn }
spec:
  alertWhenBreaching: true
  conditions: [{ conditionRef: fast }]
  notificationTargets: [{ targetRef: on-call }]
---
apiVersion: openslo/v1
kind: AlertCondition
metadata: { name: fast }
spec:
  severity: page
  condition: { kind: burnrate, op: gt, threshold: 14, lookbackWindow: 1h, alertAfter: 0m }
---
apiVersion: openslo/v1
kind: SLO
metadata:
  name: cart-latency
  annotations: { owner: shop-frontend }
spec:
  service: cart
  indicator:
    metadata: { name: cart-p95 }
    spec:
      thresholdMetric:
        metricSource:
          type: prometheus
          spec: { query: "histogram_quantile(0.95, sum by (le) (rate(cart_seconds_bucket[5m])))" }
  timeWindow:
    - duration: 1M
      calendar: { startTime: 2022-03-01 00:00:00, timeZone: Europe/Vienna }
  budgetingMethod: Timeslices
  objectives:
    - { op: lt, value: 0.5, target: 0.99, timeSliceTarget: 1, timeSliceWindow: 1m }
`;

/** One \`SLO\` of OpenSLO, as its parts say. */
export function slo(spec: object, metadata: object = {}): string {
  return JSON.stringify({
    apiVersion: "openslo/v1",
    kind: "SLO",
    metadata: { name: "it", labels: { owner: "me" }, ...metadata },
    spec: {
      service: "api",
      timeWindow: [{ duration: "30d", isRolling: true }],
      budgetingMethod: "Occurrences",
      objectives: [{ target: 0.99 }],
      ...spec,
    },
  });
}

/** A metric that Prometheus is asked for. */
export const asked = (query: string) => ({ metricSource: { type: "Prometheus", spec: { query } } });

/** An indicator of bad events of all. */
export const ratio = (bad: string, total: string, counter = false) => ({
  indicator: { spec: { ratioMetric: { counter, bad: asked(bad), total: asked(total) } } },
});

/** An indicator of a figure. */
export const figure = (query: string) => ({ indicator: { spec: { thresholdMetric: asked(query) } } });
