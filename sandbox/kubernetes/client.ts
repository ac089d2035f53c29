import {
  ApiException,
  CustomObjectsApi,
  KubeConfig,
  type KubernetesObject,
  KubernetesObjectApi,
  PatchStrategy,
  setHeaderOptions,
} from "@kubernetes/client-node";
import type { ClusterConnection } from "./connection.ts";
import { ClusterError } from "./errors.ts";
import { send } from "./send.ts";

/** Who the sandbox is in objects' managed fields, where it makes them itself. */
const fieldManager = "slipway-sandbox";

/** What the sandbox asks a cluster with. */
export interface ClusterClient {
  readonly config: KubeConfig;
  readonly objects: KubernetesObjectApi;
  readonly customObjects: CustomObjectsApi;
}

/** A client for one context of one file; asks nothing yet. @throws ClusterError when the file has no such context */
export function clusterClient(connection: Pick<ClusterConnection, "kubeconfig" | "context">): ClusterClient {
  const config = new KubeConfig();
  try {
    config.loadFromFile(connection.kubeconfig);
  } catch (error) {
    throw new ClusterError(`${connection.kubeconfig} can't be read as a kubeconfig: ${explain(error)}`);
  }
  if (config.getContextObject(connection.context) === null) {
    const known = config.getContexts().map(({ name }) => name);
    throw new ClusterError(
      `${connection.kubeconfig} has no context "${connection.context}". It has: ${known.join(", ") || "none"}.`,
    );
  }
  config.setCurrentContext(connection.context);
  return {
    config,
    objects: KubernetesObjectApi.makeApiClient(config),
    customObjects: config.makeApiClient(CustomObjectsApi),
  };
}

/** An object with whatever members its kind has. */
export type AnyObject = KubernetesObject & Record<string, unknown>;

/** Creates an object, or changes the fields that it names, whoever else owns them. */
export async function apply(client: ClusterClient, object: AnyObject): Promise<AnyObject> {
  const address = await client.objects["specUriPath"](object, "patch");
  const path = `${address}?fieldManager=${fieldManager}&force=true`;
  const { status, body } = await send(client.config, "PATCH", path, object, PatchStrategy.ServerSideApply);
  if (status < 300) return JSON.parse(body) as AnyObject;
  throw new ApiException(status, `${object.kind} ${object.metadata?.name} is refused`, body, {});
}

/** Creates an object unless it is there. @returns whether it was created */
export async function createMissing(client: ClusterClient, object: AnyObject): Promise<boolean> {
  try {
    await client.objects.create(object, undefined, undefined, fieldManager);
    return true;
  } catch (error) {
    if (statusCode(error) === 409) return false;
    throw error;
  }
}

/** An object as it is now; undefined where there is none. */
export async function find<T extends KubernetesObject>(
  client: ClusterClient,
  apiVersion: string,
  kind: string,
  name: string,
  namespace?: string,
): Promise<T | undefined> {
  try {
    const metadata = { name, ...(namespace === undefined ? {} : { namespace }) };
    return await client.objects.read<T>({ apiVersion, kind, metadata } as unknown as Header<T>);
  } catch (error) {
    if (statusCode(error) === 404) return undefined;
    throw error;
  }
}

type Header<T extends KubernetesObject> = Parameters<typeof KubernetesObjectApi.prototype.read<T>>[0];

/** Names a kind of custom resource in addresses. */
export interface ResourceName {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
}

/** Merges `status` into an object's status; an object that is gone is left alone. */
export async function patchStatus(
  client: ClusterClient,
  resource: ResourceName,
  object: KubernetesObject,
  status: object,
): Promise<void> {
  const { name = "", namespace } = object.metadata ?? {};
  const request = { ...resource, name, body: { status }, fieldManager };
  const merge = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);
  try {
    await (namespace === undefined
      ? client.customObjects.patchClusterCustomObjectStatus(request, merge)
      : client.customObjects.patchNamespacedCustomObjectStatus({ ...request, namespace }, merge));
  } catch (error) {
    if (statusCode(error) !== 404) throw error;
  }
}

/** The HTTP status of an answer that was an error; undefined when there was no answer. */
export function statusCode(error: unknown): number | undefined {
  return error instanceof ApiException ? error.code : undefined;
}

/** An API error in the server's own words, without headers. */
export function explain(error: unknown): string {
  if (!(error instanceof ApiException)) return error instanceof Error ? error.message : String(error);
  const { body } = error as ApiException<unknown>;
  const message =
    typeof body === "string" ? messageIn(body) : (body as { message?: string } | undefined)?.message;
  return message ?? `HTTP ${error.code}`;
}

function messageIn(body: string): string {
  try {
    return (JSON.parse(body) as { message?: string }).message ?? body;
  } catch {
    return body;
  }
}
