// Asks one address at a steady rate, each time by a new connection, until standard input ends or it has asked COUNT times
// (0: no limit); then says what came of it as one line of JSON. `node kubernetes-pods-load.ts URL RATE COUNT`. Runs on a
// node, where services have their addresses.
import { Agent, get } from "node:http";
import type { LoadResult } from "./kubernetes-pods-support.ts";

const [url = "", rate = "50", count = "0"] = process.argv.slice(2);
const result: LoadResult = { sent: 0, failures: [], statuses: {}, revisions: {}, images: {} };
const increment = (counts: Record<string, number>, key: unknown) => {
  counts[String(key)] = (counts[String(key)] ?? 0) + 1;
};
let underWay = 0;
let stopping = false;

function ask(): void {
  result.sent++;
  underWay++;
  const done = (failure?: string) => {
    underWay--;
    if (failure !== undefined) result.failures.push(failure);
    if (stopping && underWay === 0) end();
  };
  const request = get(url, { agent: new Agent({ keepAlive: false }), timeout: 5_000 }, (response) => {
    let text = "";
    response.setEncoding("utf8");
    response.on("data", (piece: string) => {
      text += piece;
    });
    response.on("error", (error) => done(error.message));
    response.on("end", () => {
      increment(result.statuses, response.statusCode);
      if (response.statusCode === 200) {
        const { revision, image } = JSON.parse(text) as { revision?: string; image?: string };
        increment(result.revisions, revision);
        increment(result.images, image);
        done();
      } else done(`status ${response.statusCode}`);
    });
  });
  request.on("timeout", () => request.destroy(new Error("no answer within 5 s")));
  request.on("error", (error) => done(error.message));
}

function end(): void {
  process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit());
}

function stop(): void {
  clearInterval(timer);
  stopping = true;
  if (underWay === 0) end();
}

const timer = setInterval(() => {
  ask();
  if (result.sent === Number(count)) stop();
}, 1000 / Number(rate));
process.stdin.on("end", stop);
process.stdin.resume();
