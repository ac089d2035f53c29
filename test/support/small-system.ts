import type { ChildProcess } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import { sandboxLedger } from "../../automation/deploy/config-file.ts";
import { readEntry } from "../../automation/rollout/ledger/update.ts";
import type { RolloutState } from "../../automation/rollout/machine/state.ts";
import type { LedgerEntry } from "../../components/release/ledger.ts";
import type { LedgerStore } from "../../components/release/ledger-store.ts";
import type { ReleasePlan } from "../../components/release/plan.ts";
import { openLedger } from "../../components/release/stores/open.ts";
import { CloudClient, type CloudServiceStatus } from "../../sandbox/cloud/index.ts";
import { sandboxPaths } from "../../sandbox/paths.ts";
import { type Checkout, copyCheckout } from "./checkout.ts";

/** `shop/web` in the ledger. */
export const KEY = "shop/web";
/** `shop/web` in the local cloud. */
export const ID = "projects/shop-sandbox/locations/us-east1/services/web";

/** Half of the requests, then all of them; each weight for seconds, looked at each second. */
export const QUICK: ReleasePlan = {
  strategy: "canary",
  steps: [
    { weight: 50, hold: "4 s" },
    { weight: 100, hold: "4 s" },
  ],
  gates: ["availability", "latency"],
  every: "1 s",
  undecided: { after: "60 s", do: "pause" },
};

/**
 * `systems/shop.ts`: one service on Cloud Run, watched, with a release plan. The stack file may say its image, and that there is
 * a service `beside` it, with so many instances at most. @param plan as TypeScript
 */
function program(plan: string | undefined): string {
  return `import { z } from "zod";
import { Monitoring } from "../components/alerting/monitoring.ts";
import { Network } from "../components/network/network.ts";
import { newScope } from "../components/scope.ts";
import { Service } from "../components/service/service.ts";
import type { System } from "./system.ts";

const LEVEL = { priority: "P1", within: "1 h", channels: ["email"] } as const;
const STEPS = [{ say: "Look." }];

interface Settings {
  readonly image: string;
  readonly beside?: number | undefined;
}

export const shop: System<Settings> = {
  settings: () => z.strictObject({ image: z.string().default("sandbox/demo:1.0.0"), beside: z.int().optional() }),
  declare({ environment, region, ledger }, { image, beside }) {
    const scope = newScope({ system: "shop", environment, project: \`shop-\${environment}\`, region, ledger });
    const network = new Network("shop-network", { scope });
    const common = {
      scope,
      network,
      runtime: "cloud-run",
      resources: { cpu: 1, memory: "512 MiB" },
      probes: {
        startup: { path: "/health/startup", period: "1 s", failureThreshold: 8, timeout: "1 s" },
        liveness: { path: "/health/liveness", period: "10 s", failureThreshold: 9, timeout: "9 s" },
        readiness: { path: "/health/readiness", period: "5 s", failureThreshold: 9, timeout: "4 s" },
      },
      capacity: { perInstance: 300, peak: 300, source: "a test" },
      environment: {},
      secrets: {},
      exposure: "internal",
      objectives: [
        { name: "availability", indicator: { kind: "availability" }, target: 99.5, owner: "shop" },
        { name: "latency", indicator: { kind: "latency", threshold: "1 s" }, target: 95, owner: "shop" },
      ],
    } as const;
    const web = new Service("shop-web", {
      ...common,
      service: "web",
      image,
      scaling: { min: 1, max: 2, cpuPercent: 60 },
      ${plan === undefined ? "" : `release: ${plan},`}
    });
    const services = [web];
    if (beside !== undefined) {
      const scaling = { min: 1, max: beside, cpuPercent: 60 };
      services.push(new Service("shop-beside", { ...common, service: "beside", image: "sandbox/demo:1.0.0", scaling }));
    }
    new Monitoring("shop-monitoring", {
      scope,
      services,
      escalation: {
        channels: { email: { kind: "email", to: "alerts@shop.example" } },
        levels: { page: LEVEL, warning: LEVEL, ticket: LEVEL },
      },
      runbookBase: "https://runbooks.shop.example",
      runbooks: [{ name: "service", title: "Shop", about: "What to do.", checks: STEPS, mitigations: STEPS, recovery: STEPS }],
    });
    return { url: web.url };
  },
};
`;
}

/** A `slipway release` that goes on. */
export class RunningRelease {
  readonly child: ChildProcess;
  /** Standard error so far. */
  said = "";
  /** Standard output so far. */
  out = "";
  readonly ended: Promise<number | null>;

  constructor(child: ChildProcess) {
    this.child = child;
    child.stdout?.on("data", (text) => {
      this.out += String(text);
    });
    child.stderr?.on("data", (text) => {
      this.said += String(text);
    });
    this.ended = new Promise((resolve) => child.on("close", resolve));
  }
}

/** A copy of the project whose sandbox has one small system, `shop`, with one service, `web`. */
export class SmallSystem {
  readonly checkout: Checkout;
  readonly store: LedgerStore;

  private constructor(checkout: Checkout) {
    this.checkout = checkout;
    this.store = openLedger(sandboxLedger(checkout.root, "sandbox"));
  }

  /** @param plan how versions of `shop/web` are released */
  static async create(plan: ReleasePlan): Promise<SmallSystem> {
    const checkout = await copyCheckout();
    const small = new SmallSystem(checkout);
    await small.plan(plan);
    await small.write(
      "systems/index.ts",
      `import { shop } from "./shop.ts";\nimport type { System } from "./system.ts";\n\nexport const systems = { shop } satisfies Record<string, System>;\n`,
    );
    for (const environment of ["sandbox", "staging"]) await small.say({}, environment);
    return small;
  }

  /** Says something of `shop` in a stack file, and nothing else. */
  async say(shop: { image?: string; beside?: number }, environment = "sandbox"): Promise<void> {
    const stack = { environment, region: "us-east1", systems: { shop } };
    await this.write(`Pulumi.${environment}.yaml`, stringify({ config: { "slipway:stack": stack } }));
  }

  /** Says how versions are released from now on; undefined: nothing. */
  async plan(plan: object | undefined): Promise<void> {
    await this.write("systems/shop.ts", program(plan === undefined ? undefined : JSON.stringify(plan)));
  }

  /** Writes a file of the checkout. */
  async write(path: string, text: string): Promise<void> {
    await writeFile(join(this.checkout.root, path), text);
  }

  /** Runs `slipway release …` in the sandbox. */
  async release(...args: readonly string[]): ReturnType<Checkout["slipway"]> {
    return await this.checkout.slipway("release", ...args, "--stack", "sandbox");
  }

  /** Starts `slipway release …` in the sandbox without waiting for it. */
  begin(...args: readonly string[]): RunningRelease {
    return new RunningRelease(this.checkout.start("release", ...args, "--stack", "sandbox"));
  }

  /** What the ledger says of `shop/web`. */
  async entry(): Promise<LedgerEntry> {
    return await readEntry(this.store, KEY);
  }

  /** The release under way. */
  async state(): Promise<RolloutState | undefined> {
    return (await this.entry()).release?.state as unknown as RolloutState | undefined;
  }

  /** `shop/web` in the local cloud. */
  async live(): Promise<CloudServiceStatus> {
    const cloud = await CloudClient.connect(sandboxPaths(this.checkout.root).cloud);
    const service = await cloud.getService(ID);
    if (service === undefined) throw new Error("there is no service");
    return service;
  }
}
