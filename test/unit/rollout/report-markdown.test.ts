import { expect, test } from "vitest";
import { reportMarkdown } from "../../../automation/rollout/report/markdown.ts";
import { storyOf } from "../../../automation/rollout/report/story.ts";
import type { Release } from "../../support/rollout-records.ts";
import { aborted, bad, hotfix, neverStarted } from "../../support/rollout-stories.ts";

const text = ({ records }: Release) => reportMarkdown(storyOf(records));

test("EA-10 a release of which 2 % of the requests fail", () => {
  expect(text(bad())).toBe(`## 🛑 Release of <code>ethixai/backend in production</code>

**Taken back after 16 min 47 s, because availability: 2 % of 900 requests failed, limit 0.5 %**

|  |  |
|---|---|
| Release | r-7f3a |
| From | backend:1.4.1 (backend-0aa1) |
| To | backend:1.5.0 (backend-1b2c) |
| By | ci |
| Plan | canary; 10 % for 15 min, 50 % for 15 min, 100 % for 15 min of the requests |
| Began | 2026-03-01 12:00:00 UTC |
| Ended | 2026-03-01 12:16:47 UTC |
| Decided | 2026-03-01 12:16:37 UTC, by the gates |
| Recovery | 5 s from the first unhealthy verdict to no traffic on the candidate |
| The candidate served | 18,900 requests, 36 of them failed (0.19 %) |

### Steps

| Step | Weight | Live (UTC) | Held | Looks | Last verdict | Requests | Failed |
|---|---:|---|---:|---:|---|---:|---:|
| 1 | 10 % | 2026-03-01 12:00:47 | 15 min of 15 min | 60 | ✔ healthy | 18,000 | 18 |
| 2 | 50 % | 2026-03-01 12:15:52 | 45 s of 15 min | 3 | ✖ unhealthy | 900 | 18 |
| 3 | 100 % | never | – | – | – | – | – |

### Gates at the decision

| Verdict | Gate | Candidate | Surely | Limit | Stable |
|---|---|---:|---:|---:|---:|
| ✖ unhealthy | availability: 99.5 % of requests answered without a server error | 18 of 900 (2 %) | between 0.741 % and 3.26 % | at most 0.5 % | 8 of 8,100 (0.0988 %) |
| ✔ healthy | latency: 95 % of requests under 2 s | 9 of 900 (1 %) | between 0.0865 % and 1.91 % | at most 5 % | 81 of 8,100 (1 %) |

<details>
<summary>What happened: 12 lines</summary>

| Time (UTC) | What |
|---|---|
| 2026-03-01 12:00:00 | · release r-7f3a of ethixai/backend in production began, canary: from backend:1.4.1 (backend-0aa1) to backend:1.5.0, by ci |
| 2026-03-01 12:00:42 | · the candidate backend:1.5.0 (backend-1b2c) is ready, without traffic |
| 2026-03-01 12:00:47 | · the candidate has 10 % of the requests, step 1 of 3; held for 15 min at least |
| 2026-03-01 12:01:02 | ! too little evidence: availability: 0 % of 300 requests failed, limit 0.5 % |
| 2026-03-01 12:01:47 | ✔ healthy: availability: 0.0833 % of 1,200 requests failed, limit 0.5 % |
| 2026-03-01 12:15:52 | · the candidate has 50 % of the requests, step 2 of 3; held for 15 min at least |
| 2026-03-01 12:16:07 | ! too little evidence: availability: 2 % of 300 requests failed, limit 0.5 % |
| 2026-03-01 12:16:37 | ✖ unhealthy: availability: 2 % of 900 requests failed, limit 0.5 % |
| 2026-03-01 12:16:37 | ✖ decision: take it back, because availability: 2 % of 900 requests failed, limit 0.5 % |
| 2026-03-01 12:16:42 | · all requests go to backend:1.4.1 (backend-0aa1) again |
| 2026-03-01 12:16:47 | · the candidate is removed |
| 2026-03-01 12:16:47 | ✖ taken back, after 16 min 47 s |

</details>
`);
});

test("EA-10 a release that a person took back", () => {
  expect(text(aborted())).toBe(`## 🛑 Release of <code>ethixai/backend in production</code>

**Taken back after 11 min 42 s, because aborted by ada: "customers report double bookings"**

|  |  |
|---|---|
| Release | r-7f3a |
| From | backend:1.4.1 (backend-0aa1) |
| To | backend:1.5.0 (backend-1b2c) |
| By | ci |
| Plan | canary; 10 % for 15 min, 50 % for 15 min, 100 % for 15 min of the requests |
| Began | 2026-03-01 12:00:00 UTC |
| Ended | 2026-03-01 12:11:42 UTC |
| Decided | 2026-03-01 12:11:32 UTC, by a person |
| The candidate served | 12,900 requests, 13 of them failed (0.101 %) |
| Paused | 2026-03-01 12:05:47 UTC by ada, for 5 min: orders look odd |

### Steps

| Step | Weight | Live (UTC) | Held | Looks | Last verdict | Requests | Failed |
|---|---:|---|---:|---:|---|---:|---:|
| 1 | 10 % | 2026-03-01 12:00:47 | 10 min 45 s of 15 min | 24 | ✔ healthy | 12,900 | 13 |
| 2 | 50 % | never | – | – | – | – | – |
| 3 | 100 % | never | – | – | – | – | – |

### Gates at the decision

| Verdict | Gate | Candidate | Surely | Limit | Stable |
|---|---|---:|---:|---:|---:|
| ✔ healthy | availability: 99.5 % of requests answered without a server error | 13 of 12,900 (0.101 %) | between 0.0254 % and 0.176 % | at most 0.5 % | 116 of 116,100 (0.0999 %) |
| ✔ healthy | latency: 95 % of requests under 2 s | 129 of 12,900 (1 %) | between 0.77 % and 1.23 % | at most 5 % | 1,161 of 116,100 (1 %) |

<details>
<summary>What happened: 14 lines</summary>

| Time (UTC) | What |
|---|---|
| 2026-03-01 12:00:00 | · release r-7f3a of ethixai/backend in production began, canary: from backend:1.4.1 (backend-0aa1) to backend:1.5.0, by ci |
| 2026-03-01 12:00:42 | · the candidate backend:1.5.0 (backend-1b2c) is ready, without traffic |
| 2026-03-01 12:00:47 | · the candidate has 10 % of the requests, step 1 of 3; held for 15 min at least |
| 2026-03-01 12:01:02 | ! too little evidence: availability: 0 % of 300 requests failed, limit 0.5 % |
| 2026-03-01 12:01:47 | ✔ healthy: availability: 0.0833 % of 1,200 requests failed, limit 0.5 % |
| 2026-03-01 12:05:47 | · ada asked to pause: orders look odd |
| 2026-03-01 12:05:47 | ! paused by ada: orders look odd |
| 2026-03-01 12:10:47 | · ada asked to resume |
| 2026-03-01 12:10:47 | · goes on |
| 2026-03-01 12:11:32 | · ada asked to abort: customers report double bookings |
| 2026-03-01 12:11:32 | ✖ decision: take it back, because aborted by ada: "customers report double bookings" |
| 2026-03-01 12:11:37 | · all requests go to backend:1.4.1 (backend-0aa1) again |
| 2026-03-01 12:11:42 | · the candidate is removed |
| 2026-03-01 12:11:42 | ✖ taken back, after 11 min 42 s |

</details>
`);
});

test("EA-10 a candidate that never started", () => {
  expect(text(neverStarted())).toBe(`## 🛑 Release of <code>ethixai/backend in production</code>

**Taken back after 4 min 10 s, because the candidate could not be staged: revision backend-1b2c is not ready: startup probe failed: GET https://&#91;secret&#93;@<!-- -->backend.example.com/health/startup: 503, Authorization: &#91;secret&#93;**

|  |  |
|---|---|
| Release | r-7f3a |
| From | backend:1.4.1 (backend-0aa1) |
| To | backend:1.5.0 |
| By | ci |
| Plan | canary; 10 % for 15 min, 50 % for 15 min, 100 % for 15 min of the requests |
| Began | 2026-03-01 12:00:00 UTC |
| Ended | 2026-03-01 12:04:10 UTC |
| Decided | 2026-03-01 12:04:00 UTC, by something that failed |

### Steps

| Step | Weight | Live (UTC) | Held | Looks | Last verdict | Requests | Failed |
|---|---:|---|---:|---:|---|---:|---:|
| 1 | 10 % | never | – | – | – | – | – |
| 2 | 50 % | never | – | – | – | – | – |
| 3 | 100 % | never | – | – | – | – | – |

<details>
<summary>What happened: 6 lines</summary>

| Time (UTC) | What |
|---|---|
| 2026-03-01 12:00:00 | · release r-7f3a of ethixai/backend in production began, canary: from backend:1.4.1 (backend-0aa1) to backend:1.5.0, by ci |
| 2026-03-01 12:04:00 | ✖ staging the candidate failed for the 1st time: revision backend-1b2c is not ready: startup probe failed: GET https://&#91;secret&#93;@<!-- -->backend.example.com/health/startup: 503, Authorization: &#91;secret&#93; |
| 2026-03-01 12:04:00 | ✖ decision: take it back, because the candidate could not be staged: revision backend-1b2c is not ready: startup probe failed: GET https://&#91;secret&#93;@<!-- -->backend.example.com/health/startup: 503, Authorization: &#91;secret&#93; |
| 2026-03-01 12:04:05 | · all requests go to backend:1.4.1 (backend-0aa1) again |
| 2026-03-01 12:04:10 | · the candidate is removed |
| 2026-03-01 12:04:10 | ✖ taken back, after 4 min 10 s |

</details>
`);
});

test("EA-10 a hotfix, loudly", () => {
  expect(text(hotfix())).toBe(`## ⏳ Release of <code>ethixai/backend in production</code>

**Promoted without a look at its figures after 52 s, because hotfix by ada: it skips every step, and nobody looks at its figures: "CVE in the login"**

|  |  |
|---|---|
| Release | r-7f3a |
| From | backend:1.4.1 (backend-0aa1) |
| To | backend:1.5.0 (backend-1b2c) |
| By | ada: CVE in the login |
| Plan | hotfix without a canary |
| Began | 2026-03-01 12:00:00 UTC |
| Ended | 2026-03-01 12:00:52 UTC |
| Decided | 2026-03-01 12:00:47 UTC, by a person |

<details>
<summary>What happened: 6 lines</summary>

| Time (UTC) | What |
|---|---|
| 2026-03-01 12:00:00 | ! release r-7f3a of ethixai/backend in production began, hotfix without a canary: from backend:1.4.1 (backend-0aa1) to backend:1.5.0, by ada: CVE in the login |
| 2026-03-01 12:00:00 | ✔ decision: promote it, because hotfix by ada: it skips every step, and nobody looks at its figures: "CVE in the login" |
| 2026-03-01 12:00:42 | · the candidate backend:1.5.0 (backend-1b2c) is ready, without traffic |
| 2026-03-01 12:00:47 | · the candidate has 100 % of the requests |
| 2026-03-01 12:00:52 | ✔ backend:1.5.0 (backend-1b2c) is the stable version |
| 2026-03-01 12:00:52 | ! promoted without a look at its figures, after 52 s |

</details>
`);
});
