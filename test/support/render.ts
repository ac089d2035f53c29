import { deployableFiles } from "../../automation/plan/deployable.ts";
import { type ProgramRun, runDeclarations } from "../../automation/plan/host.ts";
import { sandboxModels } from "../../automation/plan/sandbox-models.ts";
import { RuntimeFlags } from "../../components/flags/runtime-flags.ts";
import { Namespace } from "../../components/kubernetes/namespace.ts";
import { Secret } from "../../components/secrets/secret.ts";
import { SecretVault } from "../../components/secrets/vault.ts";
import { Service } from "../../components/service/service.ts";
import { testScope } from "./declare.ts";
import { goodService } from "./service.ts";

/** Runs declarations as a plan does, with the sandbox's models. */
export function planned(program: () => void): Promise<ProgramRun> {
  const settings = {
    root: "",
    project: "slipway",
    stack: "production",
    main: "",
    config: {},
    secretKeys: [],
  };
  return runDeclarations({ ...settings, notes: [] }, sandboxModels({}), async () => program());
}

/** The files of declarations by which they are deployed without Pulumi. */
export async function rendered(program: () => void) {
  return deployableFiles(await planned(program));
}

/** Two services with settings, flags and a secret, of which one calls the other: everything that most systems have. */
export function declareShop(namespace: string): void {
  const scope = testScope();
  const vault = new SecretVault("shop-vault", { scope, fallbackRegion: "us-west1" });
  const space = new Namespace("shop-namespace", { scope, namespace });
  const flags = new RuntimeFlags("shop-flags", {
    scope,
    namespace: space,
    name: "shop",
    flags: { NEW_PIPELINE: { kind: "switch", default: true, why: "Requests go through the new pipeline." } },
    settings: { NOTICE: { kind: "text", value: 'on: "#1" {x}', why: "Shown to users." } },
  });
  const token = new Secret("shop-token", {
    scope,
    vault,
    secretId: "token",
    source: { kind: "password", length: 32 },
    rotation: { every: "90 days" },
  });
  const service = { scope, namespace: space, ...goodService(), runtime: "kubernetes" as const };
  const api = new Service("shop-api", {
    ...service,
    service: "api",
    secrets: { TOKEN: token },
    exposure: "internal",
    flags,
    environment: {
      LOG_LEVEL: "on",
      LIMIT: "1e3",
      MODE: "0777",
      NOTE: "two\nlines: #not a comment\n",
      ZIP: "012",
    },
  });
  new Service("shop-web", {
    ...service,
    service: "web",
    calls: [api],
    environment: { API_URL: api.url },
  });
  space.seal();
}
