import type { Input } from "@pulumi/pulumi";
import * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../../components/scope.ts";
import type { EthixaiEnvironment } from "./environments.ts";

/**
 * EthixAI's environment contract (EA-13): 27 variables of the backend, 11 of the AI core, 3 of the frontend. A secret
 * counts as the variable that names its file: its value is in no environment (EA-07).
 */
export interface BackendVariables {
  // application
  readonly NODE_ENV: "production";
  readonly LOG_LEVEL: "debug" | "info" | "warn";
  readonly SERVICE_NAME: "backend";
  readonly APP_ENVIRONMENT: Environment;
  readonly AI_CORE_URL: Input<string>;
  readonly FRONTEND_URL: string;
  /** Origins that browsers may call from. Never `*` in production. */
  readonly CORS_ORIGINS: readonly string[];
  // database
  readonly MONGODB_DATABASE: string;
  readonly MONGODB_POOL_SIZE: number;
  // sessions
  readonly JWT_ACCESS_TTL_SECONDS: number;
  readonly JWT_REFRESH_TTL_SECONDS: number;
  // object storage
  readonly STORAGE_BUCKET: Input<string>;
  readonly STORAGE_SIGNED_URL_TTL_SECONDS: number;
  // e-mail
  readonly SMTP_HOST: string;
  readonly SMTP_USERNAME: string;
  readonly EMAIL_FROM: string;
  // observability
  readonly SENTRY_TRACES_SAMPLE_RATE: number;
  readonly METRICS_ENABLED: boolean;
  // rate limiting
  readonly RATE_LIMIT_ENABLED: boolean;
  readonly RATE_LIMIT_WINDOW_MS: number;
  readonly RATE_LIMIT_MAX: number;
}

/** The backend's secrets, by variable: `JWT_ACCESS_KEY_FILE` and so on. With them, the backend's variables are 27. */
export const BACKEND_SECRETS = [
  "MONGODB_URI",
  "JWT_ACCESS_KEY",
  "JWT_REFRESH_KEY",
  "SESSION_KEY",
  "SMTP_PASSWORD",
  "SENTRY_DSN",
] as const;

/** The AI core's part of the contract. */
export interface AiCoreVariables {
  readonly LOG_LEVEL: "debug" | "info" | "warn";
  readonly SERVICE_NAME: "ai-core";
  readonly APP_ENVIRONMENT: Environment;
  readonly WORKERS: number;
  readonly MODEL_NAME: string;
  readonly MODEL_CACHE_FOLDER: string;
  readonly MODEL_TIMEOUT_SECONDS: number;
  readonly STORAGE_BUCKET: Input<string>;
  readonly METRICS_ENABLED: boolean;
}

/** The AI core's secrets, by variable. With them, the AI core's variables are 11. */
export const AI_CORE_SECRETS = ["MONGODB_URI", "SENTRY_DSN"] as const;

/** The frontend's part: public, set when it is built. */
export interface FrontendVariables {
  readonly NEXT_PUBLIC_BACKEND_URL: string;
  readonly NEXT_PUBLIC_SENTRY_DSN: Input<string>;
  readonly NEXT_PUBLIC_ENVIRONMENT: Environment;
}

/** Name of the database in the cluster. */
export const DATABASE = "ethixai";

/** The backend's variables in one environment. */
export function backendVariables(
  environment: Environment,
  facts: EthixaiEnvironment,
  wiring: { readonly aiCoreUrl: Input<string>; readonly bucket: Input<string> },
): BackendVariables {
  const frontend = `https://${facts.domains.app}`;
  return {
    NODE_ENV: "production",
    LOG_LEVEL: facts.logLevel,
    SERVICE_NAME: "backend",
    APP_ENVIRONMENT: environment,
    AI_CORE_URL: wiring.aiCoreUrl,
    FRONTEND_URL: frontend,
    CORS_ORIGINS: [frontend],
    MONGODB_DATABASE: DATABASE,
    MONGODB_POOL_SIZE: 20,
    JWT_ACCESS_TTL_SECONDS: 3600,
    JWT_REFRESH_TTL_SECONDS: 14 * 86_400,
    STORAGE_BUCKET: wiring.bucket,
    STORAGE_SIGNED_URL_TTL_SECONDS: 900,
    SMTP_HOST: "smtp.sendgrid.net",
    SMTP_USERNAME: "apikey",
    EMAIL_FROM: `no-reply@${facts.domains.app}`,
    SENTRY_TRACES_SAMPLE_RATE: facts.tracesSampleRate,
    METRICS_ENABLED: true,
    RATE_LIMIT_ENABLED: facts.rateLimit.enabled,
    RATE_LIMIT_WINDOW_MS: 60_000,
    RATE_LIMIT_MAX: facts.rateLimit.requestsPerMinute,
  };
}

/** The AI core's variables in one environment. */
export function aiCoreVariables(
  environment: Environment,
  facts: EthixaiEnvironment,
  wiring: { readonly bucket: Input<string> },
): AiCoreVariables {
  return {
    LOG_LEVEL: facts.logLevel,
    SERVICE_NAME: "ai-core",
    APP_ENVIRONMENT: environment,
    WORKERS: 2,
    MODEL_NAME: "fairness-shap",
    MODEL_CACHE_FOLDER: "/var/cache/models",
    MODEL_TIMEOUT_SECONDS: 60,
    STORAGE_BUCKET: wiring.bucket,
    METRICS_ENABLED: true,
  };
}

/** What production implies (EA-13); empty where all of it holds. */
export function productionProblems(variables: BackendVariables): string[] {
  if (variables.APP_ENVIRONMENT !== "production") return [];
  const problems: string[] = [];
  if (!variables.RATE_LIMIT_ENABLED)
    problems.push("RATE_LIMIT_ENABLED: false; production has rate limiting on");
  if (variables.CORS_ORIGINS.length === 0 || variables.CORS_ORIGINS.some((origin) => origin.includes("*"))) {
    problems.push(`CORS_ORIGINS: "${variables.CORS_ORIGINS.join(",")}"; production names each origin`);
  }
  if (variables.LOG_LEVEL !== "warn")
    problems.push(`LOG_LEVEL: "${variables.LOG_LEVEL}"; production logs at "warn"`);
  return problems;
}

type Value = Input<string> | number | boolean | readonly string[];

/** Variables as a container gets them: text. Lists are joined by commas. */
export function toEnvironment(
  variables: { readonly [name: string]: Value } | object,
): Record<string, Input<string>> {
  return Object.fromEntries(
    Object.entries(variables as Record<string, Value>).map(([name, value]) => {
      if (Array.isArray(value)) return [name, value.join(",")];
      return [
        name,
        typeof value === "number" || typeof value === "boolean"
          ? String(value)
          : pulumi.output(value as Input<string>),
      ];
    }),
  );
}
