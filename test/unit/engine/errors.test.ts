import { expect, test } from "vitest";
import { NoEngineError } from "../../../sandbox/engine/index.ts";

test("an engine that can't be had is one message: each way, why it failed, and each way on once", () => {
  const error = new NoEngineError([
    { tried: "pulumi on PATH", why: "there is none", remedies: ["install Pulumi"] },
    { tried: "official download", why: "no such host", remedies: ["set HTTPS_PROXY"] },
    {
      tried: "build from the Go module proxy",
      why: "go build ended with code 1:\nfirst line\nsecond line",
      remedies: ["set GOPROXY", "install Pulumi"],
    },
  ]);
  expect(error.message).toBe(`There is no Pulumi engine on this machine, and none could be had.
  pulumi on PATH: there is none
  official download: no such host
  build from the Go module proxy: go build ended with code 1:
      first line
      second line
Any one of these helps:
  - install Pulumi
  - set HTTPS_PROXY
  - set GOPROXY`);
});
