import { Secret } from "../../components/secrets/secret.ts";
import type { Context } from "./context.ts";

/** The key of the model's API: ONESource's one secret from outside; the stores make their own passwords. */
export function declareModelKey({ scope, settings, vault, inside }: Context): Secret {
  const version = settings.secrets["llm-api-key"];
  return new Secret(
    "onesource-llm-api-key",
    {
      scope,
      vault,
      secretId: "llm-api-key",
      // The sandbox pins none, and makes its own.
      source: version === undefined ? { kind: "password", length: 32 } : { kind: "pinned", version },
      rotation: { every: "90 days" },
    },
    inside,
  );
}
