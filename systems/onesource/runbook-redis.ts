import type { Runbook } from "../../components/alerting/runbook.ts";

/** What asks the server: with its password, which stays in the pod. @param lines which of the answer's lines to show */
const redis = (command: string, lines?: string) =>
  `kubectl -n {namespace} exec statefulset/redis -- sh -c 'REDISCLI_AUTH="$(cat /secrets/redis-password/value)" redis-cli ${command}'${lines === undefined ? "" : ` | grep -E '${lines}'`}`;

/** A pod with the store's volume, as the namespace lets pods in, where the store itself is stopped. */
const RESTORE_POD = JSON.stringify({
  spec: {
    automountServiceAccountToken: false,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: 999,
      runAsGroup: 999,
      fsGroup: 999,
      seccompProfile: { type: "RuntimeDefault" },
    },
    containers: [
      {
        name: "redis-restore",
        image: "docker.io/library/redis:7.2-bookworm",
        command: ["sleep", "7200"],
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
        resources: { requests: { cpu: "250m", memory: "4Gi" }, limits: { memory: "4Gi" } },
        volumeMounts: [{ name: "data", mountPath: "/data" }],
      },
    ],
    volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data-redis-0" } }],
  },
});

/** The conversation store and its fallback (OS-10). */
export const REDIS_RUNBOOK: Runbook = {
  name: "redis",
  title: "Redis",
  about:
    "Redis keeps the conversations: one pod, one volume, every write in an append-only file within a second. Nothing is evicted, so a write that finds no room is an error. MongoDB takes over by a flag; what was said before the flip is not there, so users begin anew.",
  checks: [
    {
      say: "Is its pod there and ready? A pod that is Pending waits for its volume or a node, one that restarts says why.",
      run: [
        "kubectl -n {namespace} get pods -l app.kubernetes.io/name=redis -o wide",
        "kubectl -n {namespace} describe statefulset/redis",
        "kubectl -n {namespace} logs statefulset/redis --tail=50",
      ],
    },
    {
      say: "Does it answer, and can it write? `PONG` alone says that it takes requests; `ok` twice, that the disk takes what it is given.",
      run: [redis("ping"), redis("info persistence", "status|loading|aof_enabled")],
    },
    {
      say: "Is it full? `noeviction`: at `maxmemory` every write fails.",
      run: [redis("info memory", "used_memory_human|maxmemory_human|mem_fragmentation_ratio")],
    },
    {
      say: "How much fails, as the backend counts it.",
      queries: [
        "sum (rate(persistence_errors_total{{labels}}[5m])) / sum (rate(persistence_operations_total{{labels}}[5m]))",
      ],
    },
  ],
  mitigations: [
    {
      say: "Down, or losing writes: the store is MongoDB from now on. Seconds, no restart.",
      run: [
        'npx slipway flags set CONV_STORE_PRIMARY=mongo --stack {stack} --reason "Redis is down" --yes',
        "npx slipway flags list --stack {stack}",
      ],
    },
    {
      say: "The pod hangs: have it made anew. It reads its file at the start, up to two minutes and a half; nothing that was written is lost.",
      run: [
        "kubectl -n {namespace} delete pod redis-0",
        "kubectl -n {namespace} rollout status statefulset/redis --timeout=5m",
      ],
    },
    {
      say: "Its node is gone and the pod stays Terminating for more than two minutes: make sure the node is really off, then let go of the pod, so that its volume can be attached elsewhere.",
      run: [
        "kubectl -n {namespace} get pod redis-0 -o wide",
        "kubectl -n {namespace} delete pod redis-0 --grace-period=0 --force",
      ],
    },
  ],
  recovery: [
    {
      say: "It answers, and both its snapshot and its file were written well.",
      run: [redis("ping"), redis("info persistence", "last_bgsave_status|last_write_status")],
    },
    {
      say: "Fewer than 0.1 % of operations fail, for 15 minutes.",
      queries: [
        "sum (rate(persistence_errors_total{{labels}}[15m])) / sum (rate(persistence_operations_total{{labels}}[15m])) < 0.001",
      ],
    },
    {
      say: "Redis is the store again. What MongoDB took meanwhile stays there until it expires, so conversations that began there begin anew.",
      run: [
        'npx slipway flags clear CONV_STORE_PRIMARY --stack {stack} --reason "Redis is back" --yes',
        "npx slipway flags history --stack {stack}",
      ],
    },
  ],
  procedures: {
    "Fail over, and back": [
      {
        say: "Is MongoDB there? It is no good to flip to what is down too.",
        run: ["kubectl -n {namespace} rollout status statefulset/mongo --timeout=30s"],
      },
      {
        say: "Planned, such as for a new version: write to both first, for as long as a conversation lasts. Then flip.",
        run: [
          'npx slipway flags set CONV_DUAL_WRITE=1 --stack {stack} --reason "planned failover" --yes',
          'npx slipway flags set CONV_STORE_PRIMARY=mongo --stack {stack} --reason "planned failover" --yes',
        ],
      },
      {
        say: "Back: the same the other way, then end the second write. It costs time with each answer.",
        run: [
          'npx slipway flags clear CONV_STORE_PRIMARY CONV_DUAL_WRITE --stack {stack} --reason "failover over" --yes',
        ],
      },
    ],
    "Persistence errors": [
      {
        say: "`MISCONF`: the last snapshot failed, and Redis takes no writes until one succeeds. Usually the volume is full.",
        run: [
          "kubectl -n {namespace} exec statefulset/redis -- df -h /data",
          redis("info persistence", "rdb_last_bgsave_status|aof_last_write_status|aof_last_bgrewrite_status"),
        ],
      },
      {
        say: "Full: make the claim larger (its class has to allow it), then the same in `systems/onesource/environments.ts`.",
        run: [
          "kubectl -n {namespace} get pvc -l app.kubernetes.io/name=redis",
          `kubectl -n {namespace} patch pvc data-redis-0 -p '{"spec":{"resources":{"requests":{"storage":"32Gi"}}}}'`,
        ],
      },
      {
        say: "Room again: write a snapshot, and writes are taken once it succeeded.",
        run: [redis("bgsave")],
      },
      {
        say: "Time-outs with a Redis that answers: slow commands, or a disk that is slow to sync.",
        run: [redis("slowlog get 10"), redis("latency latest")],
      },
    ],
    Memory: [
      {
        say: "What takes the room, and whether it expires: a conversation without a time to live is a bug of the application.",
        run: [redis("--bigkeys"), redis("info keyspace")],
      },
      {
        say: "`mem_fragmentation_ratio` above 1.5 for hours: have Redis tidy up while it runs.",
        run: [redis("memory purge")],
      },
      {
        say: "Too small: raise `redis.memory` in `systems/onesource/environments.ts`. Half of it is for data; a snapshot needs the rest. The pod is made anew, so fail over first.",
        run: ["npx slipway preview --stack {stack}", "npx slipway up --stack {stack} --yes"],
      },
    ],
    "Back up and recover": [
      {
        say: "Take a snapshot now, wait until `rdb_bgsave_in_progress` is 0, and copy it away. It holds conversations: keep it where they may be kept, and 30 days at most (OS-09).",
        run: [
          redis("bgsave"),
          redis("info persistence", "rdb_bgsave_in_progress"),
          "kubectl -n {namespace} cp redis-0:/data/dump.rdb dump.rdb",
        ],
      },
      {
        say: "Recover: fail over to MongoDB and stop Redis. What `slipway` declares is one replica; the next deployment starts it again.",
        run: [
          'npx slipway flags set CONV_STORE_PRIMARY=mongo --stack {stack} --reason "restoring Redis" --yes',
          "kubectl -n {namespace} scale statefulset/redis --replicas=0",
        ],
      },
      {
        say: "Put the snapshot on the volume, by a pod of your own. Its file of writes goes aside: while that is there, Redis reads it and not the snapshot.",
        run: [
          `kubectl -n {namespace} run redis-restore --restart=Never --image=docker.io/library/redis:7.2-bookworm --overrides='${RESTORE_POD}'`,
          "kubectl -n {namespace} wait pod/redis-restore --for=condition=Ready --timeout=5m",
          "kubectl -n {namespace} exec redis-restore -- mv /data/appendonlydir /data/appendonlydir.before",
          "kubectl -n {namespace} cp dump.rdb redis-restore:/data/dump.rdb",
        ],
      },
      {
        say: "With `appendonly yes` and no such file Redis begins empty, whatever snapshot there is. So read the snapshot without, then have the file written; wait until `aof_rewrite_in_progress` is 0.",
        run: [
          `kubectl -n {namespace} exec redis-restore -- redis-server --dir /data --port 6380 --appendonly no --save '' --daemonize yes`,
          "kubectl -n {namespace} exec redis-restore -- redis-cli -p 6380 config set appendonly yes",
          "kubectl -n {namespace} exec redis-restore -- redis-cli -p 6380 info persistence | grep aof_rewrite_in_progress",
          "kubectl -n {namespace} exec redis-restore -- redis-cli -p 6380 shutdown",
          "kubectl -n {namespace} delete pod redis-restore",
        ],
      },
      {
        say: "Start the store, and count its keys. Then go back to it (How to tell that it is over).",
        run: [
          "kubectl -n {namespace} scale statefulset/redis --replicas=1",
          "kubectl -n {namespace} rollout status statefulset/redis --timeout=5m",
          redis("info keyspace"),
        ],
      },
    ],
    Performance: [
      {
        say: "Commands per second, clients, and what waits. The application gives up after REDIS_SOCKET_TIMEOUT_MS, 200 ms. (The last command goes on until Ctrl-C.)",
        run: [
          redis("info stats", "instantaneous_ops|rejected|expired"),
          redis("info clients"),
          redis("--latency-history -i 5"),
        ],
      },
      {
        say: "A larger time-out keeps slow writes from counting as errors, and users waiting. It can be set while everything runs: try 500 ms, and see what the errors do.",
        run: [
          'npx slipway flags set REDIS_SOCKET_TIMEOUT_MS=500 --stack {stack} --reason "Redis is slow" --yes',
        ],
      },
      {
        say: "Shorter conversations are less to read and write with each turn.",
        run: ['npx slipway flags set CONV_MAX_TURNS=8 --stack {stack} --reason "Redis is slow" --yes'],
      },
    ],
  },
};
