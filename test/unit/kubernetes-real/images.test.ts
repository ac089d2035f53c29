import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { demoConfig } from "../../../sandbox/kubernetes/real/images.ts";
import { parseLdd } from "../../../sandbox/kubernetes/real/libraries.ts";
import { layer, ociArchive } from "../../../sandbox/kubernetes/real/oci.ts";
import { tar } from "../../../sandbox/kubernetes/real/tar.ts";

const folder = mkdtempSync(join(tmpdir(), "slipway-oci-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("an archive", () => {
  test("is read by tar as it was written", () => {
    const file = join(folder, "a.tar");
    writeFileSync(
      file,
      Buffer.concat([
        ...tar([
          { path: "tmp/", mode: 0o1777 },
          { path: "app/main.ts", content: Buffer.from("x".repeat(700)), mode: 0o755 },
          { path: "empty", content: [] },
        ]),
      ]),
    );
    execFileSync("tar", ["-xf", file, "-C", folder]);
    expect(readFileSync(join(folder, "app/main.ts"), "utf8")).toBe("x".repeat(700));
    expect(statSync(join(folder, "app/main.ts")).mode & 0o777).toBe(0o755);
    expect(readFileSync(join(folder, "empty"), "utf8")).toBe("");
  });

  test("refuses a name that it has no room for", () => {
    expect(() => [...tar([{ path: "x".repeat(101) }])]).toThrow("longer than 100 bytes");
  });
});

describe("an image", () => {
  const shared = layer([{ path: "usr/bin/node", content: Buffer.from("node") }]);
  const images = ["1.0.0", "broken"].map((tag) => ({
    name: `docker.io/sandbox/demo:${tag}`,
    layers: [shared],
    config: demoConfig(tag),
  }));
  const file = join(folder, "images.tar");
  writeFileSync(file, Buffer.concat([...ociArchive(images, "x64")]));
  const names = execFileSync("tar", ["-tf", file], { encoding: "utf8" }).trim().split("\n");
  const read = (name: string) => execFileSync("tar", ["-xOf", file, name]);
  const parse = (name: string) => JSON.parse(read(name).toString()) as Record<string, never>;

  test("is an OCI layout whose names are the hashes of what they name", () => {
    expect(parse("oci-layout")).toEqual({ imageLayoutVersion: "1.0.0" });
    for (const name of names.filter((each) => each.startsWith("blobs/"))) {
      expect(name).toBe(`blobs/sha256/${createHash("sha256").update(read(name)).digest("hex")}`);
    }
  });

  test("shares its layers with others, and is told from them by its tag", () => {
    expect(names.length).toBe(2 + 1 + 2 * 2); // two files of the layout, one layer, a config and a manifest each
    const { manifests } = parse("index.json") as unknown as {
      manifests: { digest: string; annotations: Record<string, string> }[];
    };
    expect(manifests.map(({ annotations }) => annotations["io.containerd.image.name"])).toEqual([
      "docker.io/sandbox/demo:1.0.0",
      "docker.io/sandbox/demo:broken",
    ]);
    const manifest = parse(`blobs/${manifests[1]?.digest.replace(":", "/")}`) as unknown as {
      config: { digest: string };
      layers: { digest: string }[];
    };
    expect(manifest.layers.map(({ digest }) => digest)).toEqual([shared.digest]);
    expect(parse(`blobs/${manifest.config.digest.replace(":", "/")}`)).toMatchObject({
      architecture: "amd64",
      os: "linux",
      config: { User: "65532:65532" },
      rootfs: { type: "layers", diff_ids: [shared.digest] },
    });
  });

  test("has the folders above its files, once", () => {
    const at = join(folder, "layer.tar");
    const entries = [
      { path: "usr/bin/node", content: Buffer.from("") },
      { path: "usr/lib/libc.so", content: Buffer.from("") },
    ];
    writeFileSync(at, Buffer.concat([...layer(entries).pieces]));
    expect(execFileSync("tar", ["-tf", at], { encoding: "utf8" }).trim().split("\n")).toEqual([
      "usr/",
      "usr/bin/",
      "usr/bin/node",
      "usr/lib/",
      "usr/lib/libc.so",
    ]);
  });
});

describe("a program's libraries", () => {
  test("are those that ldd names, with the loader and without what the kernel brings", () => {
    const said = [
      "\tlinux-vdso.so.1 (0x00007f89be023000)",
      "\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f89bda1e000)",
      "\t/lib64/ld-linux-x86-64.so.2 (0x00007f89be025000)",
    ].join("\n");
    expect(parseLdd(said)).toEqual(["/lib/x86_64-linux-gnu/libc.so.6", "/lib64/ld-linux-x86-64.so.2"]);
    expect(parseLdd("\tnot a dynamic executable\n")).toEqual([]);
  });

  test("are named where they are missing", () => {
    expect(() => parseLdd("\tlibjemalloc.so.2 => not found\n")).toThrow("libjemalloc.so.2 is not installed");
  });
});
