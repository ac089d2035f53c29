import type { Output } from "@pulumi/pulumi";
import { z } from "zod";
import { Budget } from "../components/cost/budget.ts";
import { SlipwayError } from "../components/errors.ts";
import { issueText, valueAt } from "../components/issues.ts";
import { REGIONS } from "../components/regions.ts";
import type { Ledger } from "../components/release/ledger.ts";
import { ledgerAddressProblem } from "../components/release/stores/address.ts";
import { openLedger } from "../components/release/stores/open.ts";
import { type Environment, newScope } from "../components/scope.ts";
import { systems } from "./index.ts";
import type { StackFacts, System } from "./system.ts";

const ENVIRONMENTS = ["sandbox", "staging", "production"] as const satisfies readonly Environment[];

/** Schema of `slipway:stack.budget`. */
function budgetSchema() {
  const amount = z.number().positive();
  const named = Object.fromEntries(Object.keys(systems).map((name) => [name, amount.optional()])) as Record<
    keyof typeof systems,
    z.ZodOptional<typeof amount>
  >;
  return z
    .strictObject({
      monthly: amount.describe("What the whole stack may cost a month, at list prices."),
      currency: z
        .string()
        .regex(/^[A-Z]{3}$/, { error: 'must be a currency, such as "USD"' })
        .optional()
        .describe('Default "USD"; only that can be held against estimates.'),
      systems: z.strictObject(named).optional().describe("What each system may cost of it a month."),
      billingAccount: z
        .string()
        .regex(/^[0-9A-F]{6}(-[0-9A-F]{6}){2}$/, {
          error: 'must be a billing account, such as "0123AB-4567CD-89EF01"',
        })
        .optional()
        .describe(
          "Account whose bill is watched. Default: none; then estimates alone are held against the budget.",
        ),
      channels: z
        .array(z.string().regex(/^projects\/[^/]+\/notificationChannels\/[^/]+$/))
        .max(5)
        .optional()
        .describe("Notification channels that are told, beside the account's administrators."),
    })
    .describe("What the stack may cost. Production declares one.");
}

/** Schema of `slipway:stack` for one environment: what differs between stacks, and nothing that a default says. */
export function stackSchema(environment: Environment) {
  const bySystem = Object.fromEntries(
    Object.entries(systems).map(([name, system]) => [name, system.settings(environment).optional()]),
  ) as { [Name in keyof typeof systems]: z.ZodOptional<ReturnType<(typeof systems)[Name]["settings"]>> };
  return z.strictObject({
    environment: z.enum(ENVIRONMENTS).describe("Where this stack is on its way to its users."),
    region: z.enum(REGIONS).describe("Google Cloud region that everything regional lives in."),
    cluster: z
      .strictObject({ context: z.string().describe("Context of the kubeconfig that names the cluster.") })
      .optional()
      .describe(
        "The Kubernetes cluster that systems run in; only those that do need it. The sandbox has its own.",
      ),
    ledger: z
      .string()
      .superRefine((address, context) => {
        const message = ledgerAddressProblem(address);
        if (message !== undefined) context.addIssue({ code: "custom", message });
      })
      .optional()
      .describe(
        'Where it is kept which version of each service is stable, and which a candidate: "gs://BUCKET/PATH.json", "kubernetes://NAMESPACE/NAME" or "file:PATH". Default: nowhere; then each deployment goes to all requests at once. The sandbox has its own.',
      ),
    runbooks: z
      .string()
      .regex(/^(https:\/\/\S+|[\w.-]+(\/[\w.-]+)*)$/, {
        error: 'must be an https address or a folder of this repository, such as "docs/runbooks"',
      })
      .optional()
      .describe(
        "Where alerts find their runbooks: the address under which people read docs/runbooks. Default: that folder.",
      ),
    budget: budgetSchema().optional(),
    systems: z
      .strictObject(bySystem)
      .describe("The systems of this stack, by name, each with what it says of its own."),
  });
}

/** A stack's settings, checked. */
export type StackSettings = z.infer<ReturnType<typeof stackSchema>>;

/** Keys that the schema knows at a path, for the message about an unknown one. */
function knownKeys(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let at: unknown = schema;
  for (const key of path) {
    while (at instanceof z.ZodOptional || at instanceof z.ZodDefault) at = at.unwrap();
    at = at instanceof z.ZodObject ? at.shape[key as string] : undefined;
  }
  while (at instanceof z.ZodOptional || at instanceof z.ZodDefault) at = at.unwrap();
  return at instanceof z.ZodObject ? Object.keys(at.shape) : [];
}

function explain(schema: z.ZodType, value: unknown, issue: z.core.$ZodIssue): string {
  const path = ["slipway:stack", ...issue.path.map(String)].join(".");
  if (issue.code === "unrecognized_keys") {
    return `${path} ${issueText(issue)}. Known: ${knownKeys(schema, issue.path).join(", ")}`;
  }
  const given = valueAt(value, issue.path);
  const message = issueText(issue);
  const said =
    given === undefined ||
    typeof given === "object" ||
    (issue.code === "custom" && message.includes(String(given)));
  return `${path}: ${said ? "" : `${JSON.stringify(given)} `}${message}`;
}

/**
 * Reads what a stack file says under `slipway:stack`.
 * @param source the file's name, for messages
 * @throws SlipwayError naming every wrong path, its value and what is allowed; nothing has been registered by then
 */
export function parseStack(value: unknown, source: string): StackSettings {
  if (value === undefined) {
    throw new SlipwayError(source, [
      "slipway:stack is missing. A stack names its environment, its region and its systems:\n" +
        "  config:\n    slipway:stack:\n      environment: staging\n      region: us-east1\n      systems:\n        ethixai: {}",
    ]);
  }
  const environment = ENVIRONMENTS.find((name) => name === valueAt(value, ["environment"]));
  const schema = stackSchema(environment ?? "sandbox");
  const parsed = schema.safeParse(value, { reportInput: true });
  if (parsed.success) return parsed.data;
  // What systems may say depends on the environment: while that is wrong, nothing sensible can be said of them.
  const issues = parsed.error.issues.filter(({ path }) => environment !== undefined || path[0] !== "systems");
  throw new SlipwayError(
    source,
    issues.map((issue) => explain(schema, value, issue)),
  );
}

/**
 * Reads the ledger that a stack names. Undefined where it names none.
 * @throws SlipwayError where it can't be read: what is stable is not to be guessed
 */
export async function readLedger({ ledger, cluster }: StackSettings): Promise<Ledger | undefined> {
  if (ledger === undefined) return undefined;
  const store = openLedger(ledger, cluster === undefined ? {} : { context: cluster.context });
  try {
    return (await store.read()).ledger;
  } catch (error) {
    throw new SlipwayError("slipway:stack.ledger", [(error as Error).message]);
  }
}

/** Declares what the stack may cost, where it says so. */
export function declareBudget({ environment, region, budget }: StackSettings): void {
  if (budget === undefined) return;
  const { systems: shares = {}, monthly, currency, billingAccount, channels } = budget;
  new Budget("budget", {
    scope: newScope({ system: "stack", environment, project: "", region }),
    monthly,
    systems: Object.fromEntries(
      Object.entries(shares).flatMap(([name, amount]) => (amount === undefined ? [] : [[name, amount]])),
    ),
    ...(currency === undefined ? {} : { currency }),
    ...(billingAccount === undefined ? {} : { billingAccount }),
    ...(channels === undefined ? {} : { channels }),
  });
}

/** Declares every system that the stack names; gives their outputs by name. */
export function declareSystems(
  stack: StackSettings,
  ledger?: Ledger,
): Record<string, Record<string, unknown | Output<unknown>>> {
  const { environment, region, cluster, runbooks } = stack;
  const facts: StackFacts = { environment, region, context: cluster?.context, ledger, runbooks };
  return Object.fromEntries(
    Object.entries(stack.systems)
      .filter(([, settings]) => settings !== undefined)
      .map(([name, settings]) => {
        const system: System = systems[name as keyof typeof systems];
        return [name, system.declare(facts, settings)];
      }),
  );
}
