import {
  type handleUnaryCall,
  type ServerUnaryCall,
  status,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import services from "@pulumi/pulumi/proto/analyzer_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/analyzer_pb.js";
import plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import { todayInUtc } from "../evaluate.ts";
import { EXEMPTION_POLICY } from "../exemptions.ts";
import type { Pack } from "../policy.ts";
import { type PolicySettings, readPolicySettings } from "../settings.ts";
import { POLICIES_KEY, placeInStack, settingsPath } from "../settings-problems.ts";
import { EngineJudge, type LazyResource, type PolicyConfig } from "./engine-judge.ts";
import {
  analyzeResponse,
  analyzerInfo,
  notApplicableResponse,
  remediateResponse,
  type ServedPack,
} from "./messages.ts";
import { fromStruct, levelFromWire } from "./protocol.ts";

type Request<Name extends keyof typeof messages> = (typeof messages)[Name] extends new () => infer Message
  ? Message
  : never;

/**
 * The protocol's own methods, but that those called for every resource take and give bytes: a request is read only where
 * somebody asks for what is in it, and what is said of every resource of a type is written once.
 */
export const analyzerDefinition = {
  ...services.AnalyzerService,
  analyze: { ...services.AnalyzerService.analyze, responseSerialize: (bytes: Buffer) => bytes },
  remediate: {
    ...services.AnalyzerService.remediate,
    requestDeserialize: (bytes: Buffer) => bytes,
    responseSerialize: (bytes: Buffer) => bytes,
  },
};

/**
 * Pulumi's service `Analyzer` over packs: what the engine asks of a policy pack's process. It reads each resource once, asks
 * only the policies of its type, and takes settings from the stack's own configuration.
 * @param known every pack that the stack's configuration may speak of
 */
export function analyzerService(
  served: ServedPack,
  packs: readonly Pack[],
  known: () => Promise<readonly Pack[]>,
): UntypedServiceImplementation {
  const judge = new EngineJudge(packs);
  const policies = new Map(packs.flatMap((pack) => pack.policies.map((policy) => [policy.id, policy])));
  const factsOf = (id: string) => policies.get(id) ?? EXEMPTION_POLICY;
  // The SDK may have a copy of its own of protobuf, and takes no other's message of nothing. Its types don't name it.
  const { responseType: Empty } = services.AnalyzerService.configure as unknown as {
    readonly responseType: new () => unknown;
  };
  const silent = new Map<string, Uint8Array>();
  const notApplicable = (type: string): Uint8Array => {
    const known = silent.get(type);
    const bytes = known ?? notApplicableResponse(judge.notApplicable(type)).serializeBinary();
    if (known === undefined) silent.set(type, bytes);
    return bytes;
  };
  const nothingToMend = Buffer.from(remediateResponse(served, []).serializeBinary());
  return {
    handshake: unary(() => new messages.AnalyzerHandshakeResponse()),
    getPluginInfo: unary(() => new plugin.PluginInfo().setVersion(served.version)),
    getAnalyzerInfo: unary(() => analyzerInfo(served, packs, judge.settings)),
    configureStack: unary<Request<"AnalyzerStackConfigureRequest">>(async (request) => {
      const said = request.getConfigMap().get(POLICIES_KEY);
      if (said !== undefined) judge.useStack(stackSettings(request.getStack(), said, await known()));
      return new messages.AnalyzerStackConfigureResponse();
    }),
    configure: unary<Request<"ConfigureAnalyzerRequest">>((request) => {
      const config = new Map<string, PolicyConfig>();
      request.getPolicyconfigMap().forEach((one, id) => {
        const enforcement = levelFromWire(one.getEnforcementlevel());
        config.set(id, { enforcement, properties: fromStruct(one.getProperties()) });
      });
      judge.configure(config);
      return new Empty();
    }),
    remediate: unary<Buffer>((bytes) => {
      if (!judge.mends) return nothingToMend;
      const request = messages.AnalyzeRequest.deserializeBinary(bytes);
      const steps = judge.mended(request.getType(), () => fromStruct(request.getProperties()));
      return Buffer.from(remediateResponse(served, steps).serializeBinary());
    }),
    analyze: unary<Request<"AnalyzeRequest">>((request) => {
      const resource = resourceOf(request);
      const said = analyzeResponse(served, judge.resource(resource), factsOf).serializeBinary();
      // One message after the other is both in one: so protobuf has it.
      return Buffer.concat([said, notApplicable(resource.type)]);
    }),
    analyzeStack: unary<Request<"AnalyzeStackRequest">>((request) => {
      const resources = request.getResourcesList().map(stackResourceOf);
      return analyzeResponse(served, judge.stack(resources), factsOf);
    }),
    cancel: unary(() => new Empty()),
  };
}

function resourceOf(request: Request<"AnalyzeRequest"> | Request<"AnalyzerResource">): LazyResource {
  const options = request.getOptions();
  const parent = options?.getParent() ?? "";
  return {
    urn: request.getUrn(),
    type: request.getType(),
    name: request.getName(),
    ...(parent === "" ? {} : { parent }),
    opts: { protect: options?.getProtect() ?? false },
    props: () => fromStruct(request.getProperties()),
  };
}

function stackResourceOf(request: Request<"AnalyzerResource">): LazyResource {
  const propertyDependencies: Record<string, readonly string[]> = {};
  request.getPropertydependenciesMap().forEach((made, property) => {
    propertyDependencies[property] = made.getUrnsList();
  });
  return { ...resourceOf(request), dependencies: request.getDependenciesList(), propertyDependencies };
}

/** What a stack's configuration says of policies. @throws Error with all that is wrong */
function stackSettings(stack: string, said: string, known: readonly Pack[]): PolicySettings {
  const read = readPolicySettings(parsed(said), known, todayInUtc());
  if (read.problems === undefined) return read.value;
  const lines = read.problems.map(
    ({ path, message }) => `${placeInStack(stack, settingsPath(path))}: ${message}`,
  );
  throw new Error(lines.join("\n"));
}

/** A day that a stack file does not put in quotes, as the engine's reader of YAML hands it on. */
const DAY = /^(\d{4}-\d{2}-\d{2})(T00:00:00Z| 00:00:00 \+0000 UTC)$/;

/** Objects come as JSON; what is no JSON is a text, and refused as such. */
function parsed(said: string): unknown {
  try {
    return JSON.parse(said, (_, value) => (typeof value === "string" ? value.replace(DAY, "$1") : value));
  } catch {
    return said;
  }
}

/** Answers a call with what `answer` gives, or with its error's message. */
function unary<Message>(
  answer: (request: Message) => unknown | Promise<unknown>,
): handleUnaryCall<Message, unknown> {
  return async ({ request }: ServerUnaryCall<Message, unknown>, callback) => {
    try {
      callback(null, await answer(request));
    } catch (error) {
      const message = (error as Error).message;
      callback({ code: status.INVALID_ARGUMENT, details: message, message, name: "PolicyPackError" });
    }
  };
}
