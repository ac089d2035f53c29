import { basename } from "node:path";
import {
  type handleUnaryCall,
  Metadata,
  type ServerUnaryCall,
  type ServiceError,
  status,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import statusMessages from "@pulumi/pulumi/proto/status_pb.js";
import any from "google-protobuf/google/protobuf/any_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import type { CheckFailure, ProviderSettings } from "../models/index.ts";
import { checkKubernetesConfig } from "../models/kubernetes/provider.ts";
import { refusal } from "../models/kubernetes/refused.ts";
import type { Properties } from "../models/values.ts";
import type { ResourceDiff } from "./diff.ts";
import { warnWithoutCluster } from "./notice.ts";
import { fromStruct, parseUrn, toStruct } from "./protocol.ts";
import { InitializationError, type ResourceCall, type SandboxProvider, settingsIn } from "./provider.ts";

/** What one connection of an engine to this server knows: one configured provider. */
interface Connection {
  settings: ProviderSettings;
  /** The package that the engine takes this connection for; "" when it has not said so. */
  package: string;
  /** Where the engine listens for what its providers have to say. */
  engine: string;
  /** Of the package that the engine takes this connection for. */
  version: string;
  abort: AbortController;
}

/**
 * The gRPC service `ResourceProvider` over a provider. One server serves all packages and several engines: the type in each
 * URN says which model answers, and the connection says whose configuration holds.
 *
 * @param version what is said to an engine that does not name the plugin's folder
 */
export function providerService(provider: SandboxProvider, version: string): UntypedServiceImplementation {
  const connections = new Map<string, Connection>();
  const connectionOf = (call: { getPeer(): string }): Connection => {
    const peer = call.getPeer();
    let connection = connections.get(peer);
    if (connection === undefined) {
      connection = { settings: {}, package: "", engine: "", version, abort: new AbortController() };
      connections.set(peer, connection);
    }
    return connection;
  };
  const resource = (
    call: ServerUnaryCall<{ getUrn(): string }, unknown>,
    parts: Pick<ResourceCall, "inputs"> & Partial<Pick<ResourceCall, "id" | "outputs" | "timeout">>,
  ): ResourceCall => {
    const urn = call.request.getUrn();
    const { type, name } = parseUrn(urn);
    const { settings, abort } = connectionOf(call);
    return {
      token: type,
      urn,
      name,
      id: "",
      outputs: {},
      project: settings.project,
      settings,
      timeout: 0,
      signal: abort.signal,
      ...parts,
    };
  };

  return {
    handshake: unary<InstanceType<typeof messages.ProviderHandshakeRequest>>(async (call) => {
      // The engine names the plugin's folder, and that names the package and its version.
      const folder = basename(call.request.getProgramDirectory() ?? "");
      const named = /^resource-(.+)-v(\d.*)$/.exec(folder);
      const connection = connectionOf(call);
      connection.package = named?.[1] ?? "";
      connection.version = named?.[2] ?? version;
      connection.engine = call.request.getEngineAddress();
      const response = new messages.ProviderHandshakeResponse();
      response.setAcceptSecrets(true);
      response.setAcceptResources(true);
      response.setAcceptOutputs(false);
      return response;
    }),
    getPluginInfo: unary(async (call) => new plugin.PluginInfo().setVersion(connectionOf(call).version)),
    getSchema: unary(async () => new messages.GetSchemaResponse().setSchema("{}")),
    attach: unary(async () => new empty.Empty()),

    checkConfig: unary<InstanceType<typeof messages.CheckRequest>>(async ({ request }) => {
      const config = fromStruct(request.getNews());
      const isKubernetes = parseUrn(request.getUrn()).type === "pulumi:providers:kubernetes";
      return checkResponse(config, isKubernetes ? checkKubernetesConfig(config) : []);
    }),
    diffConfig: unary<InstanceType<typeof messages.DiffRequest>>(async ({ request }) => {
      const isSame =
        JSON.stringify(fromStruct(request.getOldInputs())) === JSON.stringify(fromStruct(request.getNews()));
      const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
      return new messages.DiffResponse().setChanges(isSame ? DIFF_NONE : DIFF_SOME);
    }),
    configure: unary<InstanceType<typeof messages.ConfigureRequest>>(async (call) => {
      const connection = connectionOf(call);
      connection.settings = settingsIn(fromStruct(call.request.getArgs()));
      if (connection.package === "kubernetes" && !provider.hasCluster)
        await warnWithoutCluster(connection.engine);
      const response = new messages.ConfigureResponse();
      response.setAcceptsecrets(true);
      response.setAcceptresources(true);
      response.setSupportspreview(true);
      return response;
    }),

    check: unary<InstanceType<typeof messages.CheckRequest>>(async (call) => {
      const { inputs, failures } = provider.check(
        resource(call, { inputs: fromStruct(call.request.getNews()) }),
        fromStruct(call.request.getOlds()),
      );
      return checkResponse(inputs, failures);
    }),
    diff: unary<InstanceType<typeof messages.DiffRequest>>(async (call) => {
      const { request } = call;
      const parts = {
        id: request.getId(),
        inputs: fromStruct(request.getNews()),
        outputs: fromStruct(request.getOlds()),
      };
      return diffResponse(await provider.diff(resource(call, parts), fromStruct(request.getOldInputs())));
    }),
    create: unary<InstanceType<typeof messages.CreateRequest>>(async (call) => {
      const { request } = call;
      const target = resource(call, {
        inputs: fromStruct(request.getProperties()),
        timeout: request.getTimeout(),
      });
      const state = await (request.getPreview()
        ? provider.preview(target, "create")
        : provider.create(target));
      return new messages.CreateResponse().setId(state.id).setProperties(toStruct(state.outputs));
    }),
    update: unary<InstanceType<typeof messages.UpdateRequest>>(async (call) => {
      const { request } = call;
      const parts = {
        id: request.getId(),
        inputs: fromStruct(request.getNews()),
        outputs: fromStruct(request.getOlds()),
        timeout: request.getTimeout(),
      };
      const target = resource(call, parts);
      const state = await (request.getPreview()
        ? provider.preview(target, "update")
        : provider.update(target));
      return new messages.UpdateResponse().setProperties(toStruct(state.outputs));
    }),
    read: unary<InstanceType<typeof messages.ReadRequest>>(async (call) => {
      const { request } = call;
      const inputs = fromStruct(request.getInputs());
      const state = await provider.read(
        resource(call, { id: request.getId(), inputs, outputs: fromStruct(request.getProperties()) }),
      );
      const response = new messages.ReadResponse();
      return state === undefined
        ? response
        : response
            .setId(state.id)
            .setProperties(toStruct(state.outputs))
            .setInputs(toStruct(state.inputs ?? inputs));
    }),
    delete: unary<InstanceType<typeof messages.DeleteRequest>>(async (call) => {
      const { request } = call;
      const parts = {
        id: request.getId(),
        inputs: fromStruct(request.getOldInputs()),
        outputs: fromStruct(request.getProperties()),
        timeout: request.getTimeout(),
      };
      await provider.delete(resource(call, parts));
      return new empty.Empty();
    }),
    invoke: unary<InstanceType<typeof messages.InvokeRequest>>(async (call) => {
      const { request } = call;
      const answer = await provider.invoke(
        request.getTok(),
        fromStruct(request.getArgs()),
        connectionOf(call).settings.project,
      );
      return new messages.InvokeResponse().setReturn(toStruct(answer));
    }),

    // Components that a provider makes of its own: the package kubernetes has some.
    construct: unary<InstanceType<typeof messages.ConstructRequest>>(async ({ request }) => {
      throw new Error(
        refusal(request.getType()) ?? `${request.getType()} is a component that the sandbox can't make`,
      );
    }),

    // Ends the waiting of this engine's calls; the server goes on for the others.
    cancel: unary(async (call) => {
      const connection = connectionOf(call);
      connection.abort.abort();
      connection.abort = new AbortController();
      return new empty.Empty();
    }),
  };
}

function checkResponse(
  inputs: Properties,
  failures: readonly CheckFailure[],
): InstanceType<typeof messages.CheckResponse> {
  const response = new messages.CheckResponse().setInputs(toStruct(inputs));
  response.setFailuresList(
    failures.map(({ path, reason }) => new messages.CheckFailure().setProperty(path).setReason(reason)),
  );
  return response;
}

function diffResponse({
  changes,
  deleteBeforeReplace,
}: ResourceDiff): InstanceType<typeof messages.DiffResponse> {
  const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
  const response = new messages.DiffResponse().setChanges(changes.length > 0 ? DIFF_SOME : DIFF_NONE);
  const roots = (some: readonly { readonly path: string }[]): string[] => [
    ...new Set(some.map(({ path }) => path.split(/[.[]/)[0] ?? "")),
  ];
  response.setDiffsList(roots(changes));
  response.setReplacesList(roots(changes.filter(({ replaces }) => replaces)));
  response.setDeletebeforereplace(deleteBeforeReplace);
  response.setHasdetaileddiff(true);
  const { ADD, ADD_REPLACE, DELETE, DELETE_REPLACE, UPDATE, UPDATE_REPLACE } = messages.PropertyDiff.Kind;
  const kinds = {
    add: [ADD, ADD_REPLACE],
    delete: [DELETE, DELETE_REPLACE],
    update: [UPDATE, UPDATE_REPLACE],
  } as const;
  for (const { path, kind, replaces } of changes) {
    const detail = new messages.PropertyDiff().setInputdiff(true).setKind(kinds[kind][replaces ? 1 : 0]);
    response.getDetaileddiffMap().set(path, detail);
  }
  return response;
}

/** Wraps an async method; a thrown error becomes a gRPC status, with the partial state where there is one. */
function unary<Request>(
  method: (call: ServerUnaryCall<Request, unknown>) => Promise<unknown>,
): handleUnaryCall<Request, unknown> {
  return (call, callback) => {
    method(call).then(
      (response) => callback(null, response),
      (error: unknown) => callback(serviceError(error)),
    );
  };
}

function serviceError(error: unknown): Partial<ServiceError> {
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof InitializationError)) return { code: status.UNKNOWN, details: message, message };
  const failure = new messages.ErrorResourceInitFailed();
  failure.setId(error.state.id);
  failure.setProperties(toStruct(error.state.outputs));
  failure.setInputs(toStruct(error.inputs));
  failure.setReasonsList([message]);
  const detail = new any.Any();
  detail.pack(failure.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const body = new statusMessages.Status().setCode(status.UNKNOWN).setMessage(message);
  body.addDetails(detail);
  const metadata = new Metadata();
  // The trailer in which gRPC carries structured errors; Node's implementation leaves filling it to its user.
  metadata.add("grpc-status-details-bin", Buffer.from(body.serializeBinary()));
  return { code: status.UNKNOWN, details: message, message, metadata };
}
