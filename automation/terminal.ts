/** Whether a stream shows colours: a terminal, where nobody asked for none (https://no-color.org). */
export function showsColor(
  stream: { readonly isTTY?: boolean },
  env: NodeJS.ProcessEnv = process.env,
): boolean {
  return stream.isTTY === true && !env.NO_COLOR && env.TERM !== "dumb";
}
