import type * as pulumi from "@pulumi/pulumi";
import * as vercel from "@pulumiverse/vercel";
import { Component, type ComponentArgs } from "../component.ts";
import { refuse } from "../errors.ts";
import { claimName } from "../scope.ts";

interface Children {
  project: vercel.ProjectArgs;
  variable: vercel.ProjectEnvironmentVariableArgs;
  domain: vercel.ProjectDomainArgs;
}

/** A frontend that Vercel builds and serves. */
export interface FrontendArgs extends ComponentArgs<Children> {
  /** Name, unique among the system's services. */
  readonly service: string;
  /** Domain name that it answers on. */
  readonly domain: string;
  /** GitHub repository that it is built from, `"owner/name"`. */
  readonly repository: string;
  /** Folder of the repository that holds it. */
  readonly folder: string;
  /** Build-time variables. They end up in the browser: only `NEXT_PUBLIC_…` names are taken. */
  readonly environment: Readonly<Record<string, pulumi.Input<string>>>;
}

function frontendProblems({ environment }: FrontendArgs): string[] {
  return Object.keys(environment).flatMap((name) =>
    name.startsWith("NEXT_PUBLIC_")
      ? []
      : [
          `environment: "${name}" would be public; name it NEXT_PUBLIC_… if it may be, or leave it to a service`,
        ],
  );
}

/** A Next.js project on Vercel: built from its repository, with public variables only. */
export class Frontend extends Component<Children> {
  readonly service: string;
  readonly url: string;

  constructor(name: string, args: FrontendArgs, options?: pulumi.ComponentResourceOptions) {
    super("slipway:service:Frontend", name, args, options);
    refuse(name, frontendProblems(args));
    claimName(args.scope, "service", args.service);
    const project = this.child(
      "project",
      vercel.Project,
      {
        name: `${args.scope.system}-${args.scope.environment}`,
        framework: "nextjs",
        gitRepository: { type: "github", repo: args.repository },
        rootDirectory: args.folder,
        // Forks must not build with this project's settings.
        gitForkProtection: true,
      },
      { suffix: "" },
    );
    for (const [key, value] of Object.entries(args.environment)) {
      this.child(
        "variable",
        vercel.ProjectEnvironmentVariable,
        { projectId: project.id, key, value, targets: ["production"], sensitive: false },
        { suffix: `variable-${key.toLowerCase().replaceAll("_", "-")}` },
      );
    }
    this.child("domain", vercel.ProjectDomain, { projectId: project.id, domain: args.domain });
    this.service = args.service;
    this.url = `https://${args.domain}`;
    this.registerOutputs({ url: this.url });
  }
}
