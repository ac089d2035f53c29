import type { Alias } from "@pulumi/pulumi/proto/alias_pb.js";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb.js";
import { state } from "./sdk.ts";
import { displayWire, type Json, sortedKeys, type Wire } from "./wire.ts";

/**
 * A resource's options, as far as somebody set them: what is the same without having been said is left out, so that
 * a difference between two plans is a difference somebody made.
 */
export function optionsOf(request: RegisterResourceRequest): Record<string, Json> {
  const timeouts: Record<string, string> = { ...request.getCustomtimeouts()?.toObject() };
  const setTimeouts = Object.entries(timeouts).filter(([, duration]) => duration !== "");
  const trigger = request.getReplacementTrigger();
  const options: Record<string, Json | undefined> = {
    additionalSecretOutputs: listed(request.getAdditionalsecretoutputsList()),
    aliases: listed(request.getAliasesList().map(aliasOf)),
    customTimeouts: setTimeouts.length === 0 ? undefined : sortedKeys(Object.fromEntries(setTimeouts)),
    deleteBeforeReplace: request.getDeletebeforereplacedefined()
      ? request.getDeletebeforereplace()
      : undefined,
    deletedWith: said(request.getDeletedwith()),
    hideDiffs: listed(request.getHidediffsList()),
    ignoreChanges: listed(request.getIgnorechangesList()),
    import: said(request.getImportid()),
    pluginDownloadURL: said(request.getPlugindownloadurl()),
    protect: request.getProtect() || undefined,
    provider: said(providerOf(request.getProvider())),
    providers: providersOf(request),
    remote: request.getRemote() || undefined,
    replaceOnChanges: listed(request.getReplaceonchangesList()),
    replaceWith: listed(request.getReplaceWithList()),
    replacementTrigger: trigger === undefined ? undefined : displayWire(trigger.toJavaScript() as Wire),
    retainOnDelete: request.getRetainondelete() || undefined,
    version: isSdkVersion(request.getType(), request.getVersion()) ? undefined : said(request.getVersion()),
  };
  return Object.fromEntries(
    Object.entries(options).filter((entry): entry is [string, Json] => entry[1] !== undefined),
  );
}

function said(text: string): string | undefined {
  return text === "" ? undefined : text;
}

function listed(items: readonly Json[]): Json | undefined {
  return items.length === 0 ? undefined : [...items];
}

/** A provider reference is `URN::id`; the id of one that isn't made yet is of no interest. */
function providerOf(reference: string): string {
  return reference.replace(/::[^:]*$/, "");
}

function providersOf(request: RegisterResourceRequest): Json | undefined {
  const providers: [string, string][] = [];
  request.getProvidersMap().forEach((reference, name) => {
    providers.push([name, providerOf(reference)]);
  });
  return providers.length === 0 ? undefined : sortedKeys(Object.fromEntries(providers));
}

function aliasOf(alias: Alias): Json {
  if (alias.hasUrn()) return alias.getUrn();
  const spec = alias.getSpec();
  const parts = {
    name: spec?.getName(),
    noParent: spec?.getNoparent() || undefined,
    parent: spec?.getParenturn(),
    project: spec?.getProject(),
    stack: spec?.getStack(),
    type: spec?.getType(),
  };
  return Object.fromEntries(
    Object.entries(parts).filter((entry): entry is [string, string | true] => Boolean(entry[1])),
  );
}

/** Every SDK sends its own version along; only another one was asked for by somebody. */
function isSdkVersion(type: string, version: string): boolean {
  const [provider = "", module = ""] = type.split(":");
  const registered = [
    ...(state.getResourceModules().get(`${provider}:${module}`) ?? []),
    ...(state.getResourcePackages().get(provider) ?? []),
  ];
  return registered.some((sdk) => sdk.version === version);
}
