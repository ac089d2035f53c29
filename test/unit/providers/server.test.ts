import { credentials, type ServiceError } from "@grpc/grpc-js";
import grpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import { expect, onTestFinished, test } from "vitest";
import { UNKNOWN } from "../../../sandbox/models/index.ts";
import { markSecret, type Properties, unmark } from "../../../sandbox/models/values.ts";
import { fromStruct, toStruct } from "../../../sandbox/providers/protocol.ts";
import { startProviders } from "../../../sandbox/providers/server.ts";
import { good } from "../models/examples.ts";

/** One engine's connection to a server. */
async function connected(port: number) {
  const client = new grpc.ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure(), {
    // gRPC would share a connection between clients of one process; engines are different processes.
    "grpc.use_local_subchannel_pool": 1,
  });
  onTestFinished(() => client.close());
  const call = <Response>(method: string, request: unknown) =>
    new Promise<Response>((resolve, reject) => {
      const methods = client as unknown as Record<
        string,
        (request: unknown, done: (error: ServiceError | null, response: Response) => void) => void
      >;
      methods[method]?.call(client, request, (error, response) =>
        error ? reject(error) : resolve(response),
      );
    });
  const configure = (project: string) =>
    call("configure", new messages.ConfigureRequest().setArgs(toStruct({ project })));
  const create = async (token: string, inputs: Properties, preview = false) => {
    const urn = `urn:pulumi:dev::small::${token}::thing`;
    const request = new messages.CreateRequest()
      .setUrn(urn)
      .setProperties(toStruct(inputs))
      .setPreview(preview);
    return await call<InstanceType<typeof messages.CreateResponse>>("create", request);
  };
  return { call, configure, create };
}

async function server() {
  const providers = await startProviders({});
  onTestFinished(() => providers.close());
  return providers.port;
}

const account = "gcp:serviceaccount/account:Account";

test("each connection has its own project, and a cancelled one takes no other with it", async () => {
  const port = await server();
  const [one, other] = [await connected(port), await connected(port)];
  await one.configure("acme-one");
  await other.configure("acme-other");
  await one.call("cancel", new empty.Empty());
  expect((await other.create(account, good(account))).getId()).toContain("projects/acme-other/");
  expect((await one.create(account, good(account))).getId()).toContain("projects/acme-one/");
});

test("the version is that of the plugin's folder", async () => {
  const client = await connected(await server());
  await client.call(
    "handshake",
    new messages.ProviderHandshakeRequest().setProgramDirectory("/home/plugins/resource-gcp-v9.37.0"),
  );
  const info = await client.call<{ getVersion(): string }>("getPluginInfo", new empty.Empty());
  expect(info.getVersion()).toBe("9.37.0");
});

test("a preview leaves unknown what only creation tells; creation tells it, secrets marked", async () => {
  const client = await connected(await server());
  const token = "random:index/randomPassword:RandomPassword";
  const previewed = fromStruct((await client.create(token, good(token), true)).getProperties());
  expect(previewed.result).toEqual(markSecret(UNKNOWN));
  const made = fromStruct((await client.create(token, good(token))).getProperties());
  expect(made.result).toEqual(markSecret(unmark(made).value.result));
  expect(unmark(made).value.result).toMatch(/^[A-Za-z0-9]{32}$/);
});

test("a check names the path, and an unknown type what to do", async () => {
  const client = await connected(await server());
  const check = (token: string, inputs: Properties) =>
    client.call<InstanceType<typeof messages.CheckResponse>>(
      "check",
      new messages.CheckRequest().setUrn(`urn:pulumi:dev::small::${token}::thing`).setNews(toStruct(inputs)),
    );
  const [failure, ...others] = (await check(account, { accountId: "api" })).getFailuresList();
  expect([failure?.getProperty(), others]).toEqual(["accountId", []]);
  await expect(check("gcp:memcache/instance:Instance", {})).rejects.toThrow(
    "The sandbox has no model of the resource type gcp:memcache/instance:Instance",
  );
});

test("a protected resource is not deleted", async () => {
  const client = await connected(await server());
  const token = "gcp:cloudrunv2/service:Service";
  const remove = (properties: Properties) =>
    client.call(
      "delete",
      new messages.DeleteRequest()
        .setUrn(`urn:pulumi:dev::small::${token}::thing`)
        .setId("id")
        .setProperties(toStruct(properties)),
    );
  await expect(remove({ deletionProtection: true })).rejects.toThrow(
    "cannot destroy service without setting deletionProtection to false",
  );
  await expect(remove({ deletionProtection: false, deletionPolicy: "PREVENT" })).rejects.toThrow(
    "deletionPolicy is PREVENT",
  );
  await remove({ deletionProtection: false });
});
