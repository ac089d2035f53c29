import { execFile } from "node:child_process";
import { userInfo } from "node:os";
import { promisify } from "node:util";

/** Who types: as git knows them in the checkout at `root`, or else by the name of their account here. */
export async function person(root: string): Promise<string> {
  const ask = async (key: string) => {
    const asked = promisify(execFile)("git", ["config", "--get", key], { cwd: root });
    return (await asked.catch(() => ({ stdout: "" }))).stdout.trim();
  };
  const [name, email] = await Promise.all([ask("user.name"), ask("user.email")]);
  if (name !== "" && email !== "") return `${name} <${email}>`;
  return name || email || process.env.USER || process.env.USERNAME || accountName();
}

function accountName(): string {
  try {
    return userInfo().username;
  } catch {
    return "unknown"; // A user id without a name, as containers have.
  }
}
