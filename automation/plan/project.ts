import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import { PlanError, UsageError } from "./errors.ts";
import { secretText } from "./wire.ts";

/** What Pulumi's two files say that a program's run needs. */
export interface ProjectSettings {
  readonly root: string;
  readonly project: string;
  readonly stack: string;
  /** The program's entry, absolute; a file or a folder. */
  readonly main: string;
  /** The stack's own file. Default: the one in `root`. */
  readonly stackFile?: string;
  /** Values by full key (`project:key`), as the runtime wants them: texts, and JSON for what isn't one. */
  readonly config: Readonly<Record<string, string>>;
  /** Full keys of the values that are secret. */
  readonly secretKeys: readonly string[];
  /** What the reader should know of the configuration. */
  readonly notes: readonly string[];
}

/**
 * Reads `Pulumi.yaml` and `Pulumi.<stack>.yaml` of the project at `root`. Encrypted values can't be read without the
 * stack's key: `[secret]` stands for each, as a secret, and a note says so.
 * @throws PlanError where a file is missing or is no YAML, UsageError where there is no such stack
 */
export function readProject(root: string, stack: string, main?: string): ProjectSettings {
  const projectFile = readYaml(join(root, "Pulumi.yaml"));
  const name = projectFile.name;
  if (typeof name !== "string" || name === "") {
    throw new PlanError(
      `${join(root, "Pulumi.yaml")}: \`name\` must be the project's name; got ${JSON.stringify(name)}`,
    );
  }
  const folder = join(root, String(projectFile.stackConfigDir ?? "."));
  const stackPath = stackFileOf(folder, stack);
  const stackFile = readYaml(stackPath);

  const notes: string[] = [];
  if (stackFile.environment !== undefined) {
    notes.push(
      `Pulumi.${stack}.yaml imports ESC environments (\`environment\`), which a plan can't open: what they hold is missing here`,
    );
  }
  const config: Record<string, string> = {};
  const secretKeys: string[] = [];
  const add = (key: string, value: unknown) => {
    const full = key.includes(":") ? key : `${name}:${key}`;
    const { plain, encrypted } = withoutCiphertext(value, secretText);
    config[full] = typeof plain === "string" ? plain : JSON.stringify(plain);
    if (encrypted.length > 0) {
      secretKeys.push(full);
      const places = encrypted.map((path) => `${full}${path}`).join(", ");
      notes.push(`encrypted configuration can't be read here: "${secretText}" stands for ${places}`);
    }
  };
  for (const [key, entry] of Object.entries(mapping(projectFile.config))) {
    const value = projectDefault(entry);
    if (value !== undefined) add(key, value);
  }
  for (const [key, value] of Object.entries(mapping(stackFile.config))) add(key, value);
  return {
    root,
    project: name,
    stack,
    stackFile: stackPath,
    main: resolve(root, main ?? String(projectFile.main ?? ".")),
    config,
    secretKeys,
    notes,
  };
}

/** The stacks that have a file in `folder`, sorted. */
export function stacksIn(folder: string): string[] {
  return readdirSync(folder)
    .flatMap((file) => /^Pulumi\.([\w.-]+)\.yaml$/.exec(file)?.[1] ?? [])
    .sort();
}

/** The file of a stack. @throws UsageError that lists the stacks where there is none of that name */
export function stackFileOf(folder: string, stack: string): string {
  const file = join(folder, `Pulumi.${stack}.yaml`);
  if (/^[\w.-]+$/.test(stack) && existsSync(file)) return file;
  const stacks = existsSync(folder) ? stacksIn(folder) : [];
  const known = stacks.length === 0 ? "there is no Pulumi.<stack>.yaml" : `stacks: ${stacks.join(", ")}`;
  throw new UsageError(`there is no stack "${stack}": no file Pulumi.${stack}.yaml in ${folder} (${known})`);
}

function readYaml(path: string): Record<string, unknown> {
  if (!existsSync(path)) throw new PlanError(`${path} is missing: is this the root of a Pulumi project?`);
  try {
    return mapping(parse(readFileSync(path, "utf8")));
  } catch (error) {
    throw new PlanError(
      `${path} is not valid YAML: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

function mapping(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}

/** The value that a project gives to a key: `value` or `default` of a declaration, or the entry itself. */
function projectDefault(entry: unknown): unknown {
  if (typeof entry !== "object" || entry === null || Array.isArray(entry)) return entry ?? undefined;
  const declaration = mapping(entry);
  return declaration.value ?? declaration.default;
}

/** A value of a stack file with `placeholder` for each `{secure: …}` in it, and where those were, as paths after `path`. */
export function withoutCiphertext(
  value: unknown,
  placeholder: string,
  path = "",
): { plain: unknown; encrypted: string[] } {
  if (typeof value !== "object" || value === null) return { plain: value, encrypted: [] };
  const entries = Object.entries(value);
  if (entries.length === 1 && typeof (value as { secure?: unknown }).secure === "string") {
    return { plain: placeholder, encrypted: [path] };
  }
  const read = entries.map(
    ([key, part]) =>
      [
        key,
        withoutCiphertext(part, placeholder, Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`),
      ] as const,
  );
  const encrypted = read.flatMap(([, part]) => part.encrypted);
  const plain = Array.isArray(value)
    ? read.map(([, part]) => part.plain)
    : Object.fromEntries(read.map(([key, part]) => [key, part.plain]));
  return { plain, encrypted };
}
