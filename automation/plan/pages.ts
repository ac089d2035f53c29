import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** Where pages that describe policies lie in a checkout of Slipway. */
const FOLDER = "docs/policies";

/**
 * The address of the folder of pages that describe the policies, one a pack: in the repository that package.json names, else in
 * the one whose checkout a workflow of GitHub runs in. Undefined where neither is known.
 * @param root of Slipway's checkout
 */
export function policyPages(root: string, env: NodeJS.ProcessEnv = process.env): string | undefined {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: name, GITHUB_WORKSPACE: workspace } = env;
  const inWorkflow = server && name && workspace && resolve(workspace) === resolve(root);
  const repository =
    repositoryIn(join(root, "package.json")) ?? (inWorkflow ? `${server}/${name}` : undefined);
  return repository === undefined ? undefined : `${repository}/blob/HEAD/${FOLDER}`;
}

/** The web address of the repository that a package states; undefined where it states none. */
function repositoryIn(file: string): string | undefined {
  if (!existsSync(file)) return undefined;
  const { repository } = JSON.parse(readFileSync(file, "utf8")) as { repository?: string | { url?: string } };
  const url = typeof repository === "string" ? repository : repository?.url;
  const [, path] =
    /^(?:git\+)?(?:https:\/\/|ssh:\/\/git@|git@)([\w.-]+[/:][\w./-]+?)(?:\.git)?$/.exec(url ?? "") ?? [];
  return path === undefined ? undefined : `https://${path.replace(":", "/")}`;
}
