import { mkdir, mkdtemp, rm, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { claimedStacks, claimStack } from "../../../automation/deploy/claim.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-claim-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const never = () => {
  throw new Error("the claim was lost");
};

test("a claim counts until it is given back", async () => {
  const claims = join(folder, "project");
  expect(await claimedStacks(claims)).toEqual([]);
  const release = await claimStack(claims, "sandbox", { report: () => {}, lost: never });
  expect(await claimedStacks(claims)).toEqual(["sandbox"]);
  await release();
  expect(await claimedStacks(claims)).toEqual([]);
});

test("what a killed run left is taken over, and counts no more", async () => {
  const left = join(folder, "sandbox.lock");
  await mkdir(left);
  expect(await claimedStacks(folder)).toEqual(["sandbox"]);
  const long = new Date(Date.now() - 60_000);
  await utimes(left, long, long);
  expect(await claimedStacks(folder)).toEqual([]);
  const release = await claimStack(folder, "sandbox", { report: () => {}, lost: never });
  await release();
});

test("a claim whose folder is deleted is told, and giving it back is no failure", async () => {
  const lost = Promise.withResolvers<void>();
  const release = await claimStack(folder, "sandbox", { report: () => {}, lost: lost.resolve });
  await rm(folder, { recursive: true });
  await lost.promise;
  await release();
});
