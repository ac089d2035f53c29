/** Work that takes longer than this says that it goes on. */
const patience = 2000;

/** Waits for `work`; says on standard error what is going on, and for how long, once it takes more than two seconds. */
export async function withProgress<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
  const begin = performance.now();
  const line = () => {
    const text = `${what}: ${Math.round((performance.now() - begin) / 1000)} s`;
    process.stderr.write(process.stderr.isTTY ? `\r${text}` : `${text}\n`);
    shown = true;
  };
  let shown = false;
  let repeat: NodeJS.Timeout | undefined;
  // On a terminal one line counts; elsewhere one in a while is enough. Neither keeps the process alive.
  const first = setTimeout(() => {
    line();
    repeat = setInterval(line, process.stderr.isTTY ? 1000 : 10_000).unref();
  }, patience).unref();
  try {
    return await work();
  } finally {
    clearTimeout(first);
    clearInterval(repeat);
    if (shown && process.stderr.isTTY) process.stderr.write("\r\u001b[K");
  }
}
