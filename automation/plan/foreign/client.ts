import { type Client, credentials, type ServiceError, status } from "@grpc/grpc-js";
import services from "@pulumi/pulumi/proto/analyzer_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/analyzer_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import {
  fromStruct,
  levelFromWire,
  levelOnWire,
  severityFromWire,
  toStruct,
} from "../../../policies/core/analyzer/protocol.ts";
import type { Enforcement, PolicyResource, Severity } from "../../../policies/core/policy.ts";

/** What a pack says of one of its policies. */
export interface ForeignPolicy {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly level: Enforcement;
  readonly severity: Severity | undefined;
  readonly fix: string;
}

/** What a pack says of a resource, or of a stack. */
export interface ForeignFinding {
  readonly policy: string;
  readonly urn: string;
  readonly level: Enforcement;
  readonly message: string;
}

type Method = "configureStack" | "getAnalyzerInfo" | "configure" | "analyze" | "analyzeStack";
type Call = (
  request: unknown,
  options: { readonly deadline: Date },
  done: (error: ServiceError | null, response: unknown) => void,
) => void;

/** Bytes; the limit of Pulumi's own servers and clients. */
const MAXIMUM_MESSAGE = 400 * 1024 * 1024;

/** An engine's side of the protocol `Analyzer`, as far as judging needs it. */
export class AnalyzerClient {
  readonly #client: Client;
  readonly #patience: number;

  /** @param patience milliseconds for one answer */
  constructor(port: number, patience: number) {
    this.#client = new services.AnalyzerClient(`127.0.0.1:${port}`, credentials.createInsecure(), {
      "grpc.max_receive_message_length": MAXIMUM_MESSAGE,
      "grpc.max_send_message_length": MAXIMUM_MESSAGE,
    });
    this.#patience = patience;
  }

  close(): void {
    this.#client.close();
  }

  /** Says what is judged, asks what the pack has, and has it take the defaults of its own configuration. */
  async open(names: { readonly project: string; readonly stack: string }) {
    const about = new messages.AnalyzerStackConfigureRequest()
      .setProject(names.project)
      .setStack(names.stack)
      .setOrganization("organization")
      .setDryRun(true);
    await this.#call("configureStack", about).catch((error: ServiceError) => {
      if (error.code !== status.UNIMPLEMENTED) throw error;
    });
    const info = await this.#call<InstanceType<typeof messages.AnalyzerInfo>>(
      "getAnalyzerInfo",
      new empty.Empty(),
    );
    const policies = info.getPoliciesList();
    if (info.getSupportsconfig()) await this.#call("configure", defaultsOf(info));
    const initial = info.getInitialconfigMap();
    return {
      name: info.getName(),
      description: info.getDescription(),
      policies: policies.map(
        (policy): ForeignPolicy => ({
          name: policy.getName(),
          title: policy.getDisplayname() || policy.getDescription() || policy.getName(),
          description: policy.getDescription(),
          level: levelFromWire(
            (initial.get(policy.getName()) ?? initial.get("all") ?? policy).getEnforcementlevel(),
          ),
          severity: severityFromWire(policy.getSeverity()),
          fix: policy.getRemediationSteps(),
        }),
      ),
    };
  }

  /** What the pack says of one resource. */
  async analyze(resource: PolicyResource): Promise<ForeignFinding[]> {
    const { urn, type, name, props, opts, parent } = resource;
    const options = new messages.AnalyzerResourceOptions()
      .setProtect(opts?.protect ?? false)
      .setParent(parent ?? "");
    const request = new messages.AnalyzeRequest()
      .setUrn(urn)
      .setType(type)
      .setName(name)
      .setProperties(toStruct(props as Record<string, unknown>))
      .setOptions(options);
    return findingsIn(await this.#call("analyze", request), urn);
  }

  /** What it says of all of them. */
  async analyzeStack(resources: readonly PolicyResource[]): Promise<ForeignFinding[]> {
    const request = new messages.AnalyzeStackRequest().setResourcesList(resources.map(stackResource));
    return findingsIn(await this.#call("analyzeStack", request), "");
  }

  #call<Response>(method: Method, request: unknown): Promise<Response> {
    const deadline = new Date(Date.now() + this.#patience);
    return new Promise((resolve, reject) => {
      (this.#client as unknown as Record<Method, Call>)[method](request, { deadline }, (error, response) =>
        error === null ? resolve(response as Response) : reject(error),
      );
    });
  }
}

/** What the engine makes of a pack's own configuration where nobody configures it: defaults, and what the pack sets itself. */
function defaultsOf(info: InstanceType<typeof messages.AnalyzerInfo>) {
  const request = new messages.ConfigureAnalyzerRequest();
  const initial = info.getInitialconfigMap();
  for (const policy of info.getPoliciesList()) {
    const own = initial.get(policy.getName());
    const schema = fromStruct(policy.getConfigschema()?.getProperties());
    const defaults = Object.entries(schema).flatMap(([key, one]) => {
      const said = (one as { default?: unknown } | null)?.default;
      return said === undefined ? [] : [[key, said] as const];
    });
    const properties = { ...Object.fromEntries(defaults), ...fromStruct(own?.getProperties()) };
    const level = levelFromWire((own ?? initial.get("all") ?? policy).getEnforcementlevel());
    request
      .getPolicyconfigMap()
      .set(
        policy.getName(),
        new messages.PolicyConfig()
          .setEnforcementlevel(levelOnWire(level))
          .setProperties(toStruct(properties)),
      );
  }
  return request;
}

function stackResource({ urn, type, name, props, parent, dependencies, ...rest }: PolicyResource) {
  const resource = new messages.AnalyzerResource()
    .setUrn(urn)
    .setType(type)
    .setName(name)
    .setProperties(toStruct(props as Record<string, unknown>))
    .setOptions(new messages.AnalyzerResourceOptions().setProtect(rest.opts?.protect ?? false))
    .setParent(parent ?? "")
    .setDependenciesList([...(dependencies ?? [])]);
  for (const [property, urns] of Object.entries(rest.propertyDependencies ?? {})) {
    const made = new messages.AnalyzerPropertyDependencies().setUrnsList([...urns]);
    resource.getPropertydependenciesMap().set(property, made);
  }
  return resource;
}

function findingsIn(response: InstanceType<typeof messages.AnalyzeResponse>, urn: string): ForeignFinding[] {
  return response.getDiagnosticsList().map((one) => {
    const [message, description] = [one.getMessage(), one.getDescription()];
    return {
      policy: one.getPolicyname(),
      urn: one.getUrn() || urn,
      level: levelFromWire(one.getEnforcementlevel()),
      // The SDK puts a policy's description before what it found.
      message: message.startsWith(`${description}\n`) ? message.slice(description.length + 1) : message,
    };
  });
}
