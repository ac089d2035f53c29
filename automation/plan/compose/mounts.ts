import { posix } from "node:path";
import { at, entriesAt, listAt, textAt } from "../read.ts";
import type { Json } from "../wire.ts";
import type { Instance } from "./environment.ts";
import { podName } from "./front.ts";
import { configMapOf, secretValues } from "./lookup.ts";
import { safeName } from "./parts.ts";
import { quantityNumber } from "./quantity.ts";
import { isMarked } from "./variables.ts";
import type { Source } from "./workloads.ts";

/** What a service mounts. */
export interface Mounts {
  readonly volumes: Json[];
  readonly configs: Json[];
  readonly secrets: Json[];
}

/** A file of a ConfigMap in a folder of a container. */
interface ConfigFile {
  readonly map: Source;
  /** Path in the folder. */
  readonly path: string;
  readonly text: string;
}

/** The mounts of a workload's container; what they need of the whole file is added to the instance's parts. */
export function mountsOf(instance: Instance): Mounts {
  const { workload, parts } = instance;
  const mounts: Mounts = { volumes: [], configs: [], secrets: [] };
  for (const mount of listAt(workload.container, "volumeMounts")) {
    const name = textAt(mount, "name") ?? "";
    const volume = listAt(workload.pod, "volumes").find((each) => textAt(each, "name") === name);
    const template = listAt(workload.source.body, "spec", "volumeClaimTemplates").find(
      (each) => textAt(each, "metadata", "name") === name,
    );
    const done =
      template === undefined
        ? volume !== undefined && mountVolume(mount, volume, instance, mounts)
        : mountClaim(mount, `${name}-${podName(workload, instance.name)}`, instance, mounts);
    if (!done) {
      const kind = Object.keys(volume ?? {}).find((key) => key !== "name") ?? "unknown";
      parts.left.add(`the volume ${name} of ${workload.service} at ${target(mount)}: it is of kind ${kind}`);
    }
  }
  return mounts;
}

function target(mount: Json): string {
  return textAt(mount, "mountPath") ?? "/";
}

/** Mounts a volume of the pod. @returns whether compose has a form for it */
function mountVolume(mount: Json, volume: Json, instance: Instance, mounts: Mounts): boolean {
  const readOnly = at(mount, "readOnly") === true ? { read_only: true } : {};
  if (at(volume, "emptyDir") !== undefined) {
    const size = quantityNumber(textAt(volume, "emptyDir", "sizeLimit"));
    mounts.volumes.push({
      type: "tmpfs",
      target: target(mount),
      ...readOnly,
      ...(size === undefined ? {} : { tmpfs: { size: Math.ceil(size) } }),
    });
    return true;
  }
  const claim = textAt(volume, "persistentVolumeClaim", "claimName");
  if (claim !== undefined) return mountClaim(mount, claim, instance, mounts);
  if (at(volume, "ephemeral") !== undefined) {
    mounts.volumes.push({ type: "volume", target: target(mount), ...readOnly });
    return true;
  }
  const projected = listAt(volume, "projected", "sources");
  const sources = projected.length > 0 ? projected : [volume];
  const secrets = sources.map((each) => at(each, "secret")).filter((each) => each !== undefined);
  const maps = sources.map((each) => at(each, "configMap")).filter((each) => each !== undefined);
  if (secrets.length + maps.length < sources.length) return false;
  for (const secret of secrets) mountSecret(mount, secret, instance, mounts);
  mountConfigs(mount, maps, secrets.length > 0, instance, mounts);
  return true;
}

function mountClaim(mount: Json, claim: string, { parts }: Instance, mounts: Mounts): boolean {
  const name = isMarked(claim) ? safeName(textAt(mount, "name") ?? "data") : safeName(claim);
  const subpath = textAt(mount, "subPath");
  parts.volumes.set(name, {});
  mounts.volumes.push({
    type: "volume",
    source: name,
    target: target(mount),
    ...(at(mount, "readOnly") === true ? { read_only: true } : {}),
    ...(subpath === undefined ? {} : { volume: { subpath } }),
  });
  return true;
}

/** One file for each value of a Secret. */
function mountSecret(
  mount: Json,
  secret: Json,
  { workload, sources, parts }: Instance,
  mounts: Mounts,
): void {
  const name = textAt(secret, "secretName") ?? textAt(secret, "name") ?? "";
  const known = isMarked(name) ? undefined : secretValues(name, workload.namespace, sources);
  const items = listAt(secret, "items").flatMap((item) => {
    const key = textAt(item, "key");
    return key === undefined ? [] : [{ key, path: textAt(item, "path") ?? key }];
  });
  const files = items.length > 0 ? items : known?.map(({ key }) => ({ key, path: key }));
  if (files === undefined) {
    if (at(secret, "optional") === true) return;
    parts.left.add(
      `the Secret ${isMarked(name) ? "" : `${name} `}of ${workload.service} at ${target(mount)}: the plan doesn't have its keys; name them as \`items\``,
    );
    return;
  }
  const folder = target(mount);
  const stem =
    posix.basename(posix.dirname(folder)) === "secrets" || isMarked(name) ? posix.basename(folder) : name;
  for (const { key, path } of files) {
    const subPath = textAt(mount, "subPath");
    if (subPath !== undefined && subPath !== path) continue;
    const origin =
      known?.find((value) => value.key === key)?.origin ??
      (isMarked(name) ? `the Secret at ${folder}` : `the Secret ${name}, ${key}`);
    const id = secretId(
      files.length === 1 ? stem : `${stem}-${key}`,
      `${name}-${key}`,
      origin,
      parts.secrets,
    );
    parts.secrets.set(id, { path: `secrets/${id}`, origin });
    mounts.secrets.push({ source: id, target: subPath === undefined ? posix.join(folder, path) : folder });
  }
}

/** The short name, unless that is another secret's already. */
function secretId(
  short: string,
  long: string,
  origin: string,
  taken: ReadonlyMap<string, { readonly origin: string }>,
): string {
  const isFree = (id: string) => (taken.get(id)?.origin ?? origin) === origin;
  return isFree(safeName(short)) ? safeName(short) : safeName(long);
}

/**
 * Files of ConfigMaps, which lie beside the compose file: content of its own compose can't bring into a container whose
 * root can't be written to (docker/compose issue 12031). A map that may change is mounted as a folder, in which a change
 * is seen at once.
 */
function mountConfigs(
  mount: Json,
  references: readonly Json[],
  amongOthers: boolean,
  instance: Instance,
  mounts: Mounts,
): void {
  const { workload, parts } = instance;
  const files = references.flatMap((reference) => configFiles(reference, instance));
  const wanted = textAt(mount, "subPath");
  const shown = files.filter(({ path }) => wanted === undefined || path === wanted);
  const byPath = new Map(shown.map((file) => [file.path, file]));
  const live = shown.some(({ map }) => at(map.body, "immutable") !== true);
  // What compose asks for it can only fill in where it is in the compose file.
  const whole = shown.every(({ text }) => !isMarked(text));
  if (live && whole && wanted === undefined && !amongOthers) {
    const maps = [...new Set(shown.map(({ map }) => nameOf(map)))];
    const folder = folderOf(workload, maps.join("-"));
    for (const { path, text } of byPath.values()) parts.files.set(`${folder}/${path}`, text);
    parts.live.add(folder);
    mounts.volumes.push({
      type: "bind",
      source: `./${folder}`,
      target: target(mount),
      read_only: true,
      bind: { create_host_path: false },
    });
    return;
  }
  for (const { map, path, text } of byPath.values()) {
    const name = safeName(`${nameOf(map)}-${path}`);
    const file = `${folderOf(workload, nameOf(map))}/${path}`;
    if (isMarked(text)) parts.configs.set(name, { content: text });
    else {
      parts.configs.set(name, { file: `./${file}` });
      parts.files.set(file, text);
    }
    mounts.configs.push({
      source: name,
      target: wanted === undefined ? posix.join(target(mount), path) : target(mount),
    });
  }
}

function nameOf({ object }: Source): string {
  return object.name ?? object.logicalName;
}

/** Where a ConfigMap's files lie, from the compose file's folder. */
function folderOf({ namespace }: Instance["workload"], map: string): string {
  return `config/${safeName(namespace)}/${safeName(map)}`;
}

function configFiles(reference: Json, { workload, sources, parts }: Instance): ConfigFile[] {
  const name = textAt(reference, "name");
  const map = configMapOf(name, workload, sources);
  if (map === undefined) {
    if (at(reference, "optional") !== true) {
      parts.left.add(`files of ${workload.service} from the ConfigMap ${name}: the plan doesn't have it`);
    }
    return [];
  }
  parts.used.add(map.object.urn);
  const items = new Map(
    listAt(reference, "items").map((item) => [textAt(item, "key"), textAt(item, "path")]),
  );
  if (entriesAt(map.body, "binaryData").length > 0) {
    parts.left.add(`binary files of ${workload.service} from the ConfigMap ${name}`);
  }
  return entriesAt(map.body, "data").flatMap(([key, text]) =>
    typeof text === "string" && (items.size === 0 || items.has(key))
      ? [{ map, path: inside(items.get(key) ?? key), text }]
      : [],
  );
}

/** A path that can't lead out of the folder that it is in. */
function inside(path: string): string {
  return posix.join("/", path).slice(1);
}
