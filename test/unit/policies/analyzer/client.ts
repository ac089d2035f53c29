import { type Client, credentials, Server, ServerCredentials } from "@grpc/grpc-js";
import services from "@pulumi/pulumi/proto/analyzer_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/analyzer_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import { onTestFinished } from "vitest";
import {
  fromStruct,
  levelFromWire,
  levelOnWire,
  severityFromWire,
  toStruct,
} from "../../../../policies/core/analyzer/protocol.ts";
import { analyzerDefinition, analyzerService } from "../../../../policies/core/analyzer/service.ts";
import type { Enforcement, Pack, PolicyResource } from "../../../../policies/core/policy.ts";

const SERVED = { name: "tested", description: "For a test.", version: "1.2.3" };

/** What an engine would say of a diagnostic. */
export interface Diagnostic {
  readonly policy: string;
  readonly urn: string;
  readonly level: Enforcement;
  readonly severity: string | undefined;
  readonly message: string;
}

type Method = keyof typeof services.AnalyzerService;

/** An engine's side of the protocol, with a real server of packs at the other end. */
export class TestEngine {
  readonly #client: Client;

  private constructor(client: Client) {
    this.#client = client;
  }

  static async connect(packs: readonly Pack[], known = packs): Promise<TestEngine> {
    const server = new Server();
    server.addService(
      analyzerDefinition,
      analyzerService(SERVED, packs, async () => known),
    );
    const port = await new Promise<number>((resolve, reject) =>
      server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
        error === null ? resolve(bound) : reject(error),
      ),
    );
    const client = new services.AnalyzerClient(`127.0.0.1:${port}`, credentials.createInsecure());
    onTestFinished(() => {
      client.close();
      server.forceShutdown();
    });
    return new TestEngine(client);
  }

  #call<Response>(method: Method, request: unknown): Promise<Response> {
    return new Promise((resolve, reject) => {
      const client = this.#client as unknown as Record<
        string,
        (request: unknown, done: (error: { details: string } | null, response: Response) => void) => void
      >;
      client[method]?.(request, (error, response) =>
        error === null ? resolve(response) : reject(new Error(error.details)),
      );
    });
  }

  /** The stack's configuration, by key. */
  async configureStack(config: Readonly<Record<string, string>>): Promise<void> {
    const request = new messages.AnalyzerStackConfigureRequest().setStack("production");
    for (const [key, value] of Object.entries(config)) request.getConfigMap().set(key, value);
    await this.#call("configureStack", request);
  }

  /** What the pack says of its policies, by id. */
  async info() {
    const info = await this.#call<InstanceType<typeof messages.AnalyzerInfo>>(
      "getAnalyzerInfo",
      new empty.Empty(),
    );
    const policies = info.getPoliciesList().map((policy) => ({
      id: policy.getName(),
      level: levelFromWire(policy.getEnforcementlevel()),
      severity: severityFromWire(policy.getSeverity()),
      type: policy.getPolicyType(),
      title: policy.getDisplayname(),
      why: policy.getDescription(),
      fix: policy.getRemediationSteps(),
      tags: policy.getTagsList(),
      framework: policy.getFramework()?.toObject(),
      schema: fromStruct(policy.getConfigschema()?.getProperties()),
    }));
    return { name: info.getName(), version: info.getVersion(), policies };
  }

  /** What `--policy-pack-config` comes to, by policy. */
  async configure(
    config: Readonly<Record<string, { level: Enforcement; properties?: Record<string, unknown> }>>,
  ): Promise<void> {
    const request = new messages.ConfigureAnalyzerRequest();
    for (const [id, { level, properties }] of Object.entries(config)) {
      const one = new messages.PolicyConfig().setEnforcementlevel(levelOnWire(level));
      request.getPolicyconfigMap().set(id, one.setProperties(toStruct(properties ?? {})));
    }
    await this.#call("configure", request);
  }

  async analyze(resource: PolicyResource): Promise<readonly Diagnostic[]> {
    return diagnosticsOf(await this.#analyze(resource));
  }

  /** Ids of the policies that did not look at a resource. */
  async notApplicable(resource: PolicyResource): Promise<readonly string[]> {
    return (await this.#analyze(resource)).getNotApplicableList().map((one) => one.getPolicyName());
  }

  async analyzeStack(resources: readonly PolicyResource[]): Promise<readonly Diagnostic[]> {
    const request = new messages.AnalyzeStackRequest().setResourcesList(
      resources.map(({ urn, type, name, props, propertyDependencies = {} }) => {
        const one = new messages.AnalyzerResource().setUrn(urn).setType(type).setName(name);
        for (const [property, urns] of Object.entries(propertyDependencies)) {
          const made = new messages.AnalyzerPropertyDependencies().setUrnsList([...urns]);
          one.getPropertydependenciesMap().set(property, made);
        }
        return one.setProperties(toStruct(props as Record<string, unknown>));
      }),
    );
    return diagnosticsOf(await this.#call("analyzeStack", request));
  }

  /** Each step's policy, and the properties after it. */
  async remediate(resource: PolicyResource) {
    const response = await this.#call<InstanceType<typeof messages.RemediateResponse>>(
      "remediate",
      requestOf(resource),
    );
    return response
      .getRemediationsList()
      .map((one) => ({ policy: one.getPolicyname(), props: fromStruct(one.getProperties()) }));
  }

  #analyze(resource: PolicyResource): Promise<InstanceType<typeof messages.AnalyzeResponse>> {
    return this.#call("analyze", requestOf(resource));
  }
}

function requestOf({ urn, type, name, props, parent, opts }: PolicyResource) {
  const options = new messages.AnalyzerResourceOptions().setProtect(opts?.protect ?? false);
  return new messages.AnalyzeRequest()
    .setUrn(urn)
    .setType(type)
    .setName(name)
    .setProperties(toStruct(props as Record<string, unknown>))
    .setOptions(options.setParent(parent ?? ""));
}

function diagnosticsOf(response: InstanceType<typeof messages.AnalyzeResponse>): readonly Diagnostic[] {
  return response.getDiagnosticsList().map((one) => ({
    policy: one.getPolicyname(),
    urn: one.getUrn(),
    level: levelFromWire(one.getEnforcementlevel()),
    severity: severityFromWire(one.getSeverity()),
    message: one.getMessage(),
  }));
}
