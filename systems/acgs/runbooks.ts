import type { Runbook } from "../../components/alerting/runbook.ts";

/** The gates that a rollout and every day after it are held against (AC-05). */
const GATES: Runbook = {
  name: "gates",
  title: "Gates",
  about:
    "A gate of the policy services is missed: decisions in 50 ms at P95, more than 80 % of them from the cache, under 1 % of errors, 99.9 % available, CPU under 80 % and memory under 85 % on the hosts. During a rollout a missed gate takes all traffic back; afterwards it burns the month's budget.",
  checks: [
    {
      say: "Which gate, and how far off?",
      queries: [
        'histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket{{labels},service="policy"}[5m])))',
        "sum (rate(cache_hits_total{{labels}}[5m])) / sum (rate(cache_requests_total{{labels}}[5m]))",
        'sum (rate(http_requests_total{{labels},service="policy",code=~"5.."}[5m])) / sum (rate(http_requests_total{{labels},service="policy"}[5m]))',
      ],
    },
    {
      say: "Is it the host? One that is short of CPU or memory misses every gate at once.",
      queries: [
        '100 * (1 - sum(rate(node_cpu_seconds_total{mode="idle",system="acgs"}[5m])) / sum(rate(node_cpu_seconds_total{system="acgs"}[5m])))',
        '100 * max(1 - node_memory_MemAvailable_bytes{system="acgs"} / node_memory_MemTotal_bytes{system="acgs"})',
      ],
      run: ["docker stats --no-stream"],
    },
    {
      say: "Which containers run, which are unhealthy, and what do they say?",
      run: [
        "docker compose -f docker-compose.prod.yml ps",
        "docker compose -f docker-compose.prod.yml logs --since 30m --tail 200",
      ],
    },
  ],
  mitigations: [
    {
      say: "A rollout is under way: all traffic back to the other colour. nginx takes the new weights without losing a connection.",
      run: [
        "docker compose -f docker-compose.prod.yml exec nginx nginx -t",
        "docker compose -f docker-compose.prod.yml exec nginx nginx -s reload",
      ],
    },
    {
      say: "Few hits in the cache: look whether Redis is full and throws entries away. After a restart it is cold; ten minutes of traffic fill it.",
      run: [
        "docker compose -f docker-compose.prod.yml exec redis redis-cli info stats",
        "docker compose -f docker-compose.prod.yml exec redis redis-cli info memory",
      ],
    },
    {
      say: "One service hangs: restart that one. `--no-deps` leaves the others alone.",
      run: ["docker compose -f docker-compose.prod.yml up -d --no-deps --force-recreate opa"],
    },
  ],
  recovery: [
    {
      say: "All gates hold for 15 minutes.",
      queries: [
        'histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket{{labels},service="policy"}[15m]))) < 0.05',
        "sum (rate(cache_hits_total{{labels}}[15m])) / sum (rate(cache_requests_total{{labels}}[15m])) > 0.8",
        'sum (rate(http_requests_total{{labels},service="policy",code=~"5.."}[15m])) / sum (rate(http_requests_total{{labels},service="policy"}[15m])) < 0.01',
      ],
    },
    { say: "Every container is healthy.", run: ["docker compose -f docker-compose.prod.yml ps"] },
  ],
  procedures: {
    "Before a rollout": [
      {
        say: "The host has 8 CPUs, 16 GB of memory and 100 GB of disk (AC-06).",
        run: ["nproc", "free -g", "df -h /"],
      },
    ],
  },
};

/** What whoever is woken up by ACGS needs to know. */
export const RUNBOOKS: readonly Runbook[] = [GATES];
