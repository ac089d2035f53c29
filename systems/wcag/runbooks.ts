import type { Runbook } from "../../components/alerting/runbook.ts";

/** What the platform's health check does by itself, and whoever is woken up after it (WC-01). */
const OPERATIONS: Runbook = {
  name: "operations",
  title: "Operations",
  about:
    "The API is away or fails, scans pile up, or the model's findings drift. Three things are done in this order: clear the cache, restart the workers, scale them up. A model that drifts is rolled back. Somebody is woken when the alert is still there after that.",
  checks: [
    {
      say: "Does the API answer, and how much of it fails?",
      run: ["curl -sS -w '\\n%{http_code} %{time_total}s\\n' \"$WCAG_API_URL/health\""],
      queries: [
        'max (up{{labels},service="api"})',
        'sum (rate(http_requests_total{{labels},service="api",code=~"5.."}[5m])) / sum (rate(http_requests_total{{labels},service="api"}[5m]))',
      ],
    },
    {
      say: "How many scans wait, and does the number fall?",
      queries: ["max (queue_depth{{labels}})", "deriv(queue_depth{{labels}}[15m])"],
    },
    {
      say: "Do reviewers dismiss what the model finds?",
      queries: ["max (model_drift_score{{labels}})", "max (model_dismissal_rate{{labels}})"],
    },
    {
      say: "Has the kill switch stopped the model's calls? Then scans wait for money, not for workers.",
      queries: ["max (ai_cost_kill_switch_active{{labels}})"],
    },
  ],
  mitigations: [
    {
      say: "Clear the cache. Only its own keys go: sessions and the queue are in the same Redis.",
      run: [
        `redis-cli -u "$WCAG_REDIS_URL" --scan --pattern 'cache:*' | xargs -r -n 500 redis-cli -u "$WCAG_REDIS_URL" unlink`,
      ],
    },
    {
      say: "Restart the workers. One that is told to end finishes its scan, or gives it back to the queue.",
      run: [
        "kubectl -n {namespace} rollout restart deployment/worker",
        "kubectl -n {namespace} rollout status deployment/worker --timeout=5m",
      ],
    },
    {
      say: "Scale them up: twice as many, until the queue is below 100.",
      run: [
        "kubectl -n {namespace} get deployment/worker",
        "kubectl -n {namespace} scale deployment/worker --replicas=8",
      ],
    },
    {
      say: "The model drifts by more than 15 %: back to its version before. Which version the workers ask is part of their deployment, so the revision before has it.",
      run: [
        "kubectl -n {namespace} rollout history deployment/worker",
        "kubectl -n {namespace} rollout undo deployment/worker",
        "kubectl -n {namespace} rollout status deployment/worker --timeout=5m",
      ],
    },
  ],
  recovery: [
    {
      say: "Fewer than 100 scans wait and the number falls; under 5 % of requests fail; the drift is under 15 %. All three for 15 minutes.",
      queries: [
        "max_over_time(queue_depth{{labels}}[15m]) < 100",
        'sum (rate(http_requests_total{{labels},service="api",code=~"5.."}[15m])) / sum (rate(http_requests_total{{labels},service="api"}[15m])) < 0.05',
        "max_over_time(model_drift_score{{labels}}[15m]) < 0.15",
      ],
    },
    {
      say: "As many workers as before.",
      run: ["kubectl -n {namespace} scale deployment/worker --replicas=4"],
    },
  ],
};

/** What whoever is woken up by the WCAG platform needs to know. */
export const RUNBOOKS: readonly Runbook[] = [OPERATIONS];
