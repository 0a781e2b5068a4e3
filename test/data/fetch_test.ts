import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { execFileSync } from "node:child_process";
import { createServer } from "node:http";
import { existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import process from "node:process";
import { gzipSync } from "node:zlib";
import { fetchDataset } from "../../lib/data/fetch.ts";
import { datasetFacts } from "../../lib/data/manifest.ts";
import { download } from "../../lib/data/sources/web.ts";
import { ROOT } from "../../lib/paths.ts";
import { datasetProblem } from "../../lib/data/stamp.ts";
import { readVerified } from "../../lib/data/verify.ts";
import { withDataFolder } from "../with_data_folder.ts";

const NAME = "fashion-mnist";
const SMALL_FILE = "t10k-labels-idx1-ubyte";

/** The real files, wherever the machine has them; taken before any test points elsewhere. */
const REAL = join(import.meta.dirname as string, "..", "..", "data", NAME);

/** A mirror on loopback that serves the real files as .gz, each passed through `damage`. */
async function withMirror(
  damage: (file: string, packed: Uint8Array) => Uint8Array,
  test: (url: string) => Promise<void>,
) {
  const server = createServer((request, response) => {
    const file = (request.url ?? "").slice(1).replace(/\.gz$/, "");
    if (existsSync(join(REAL, file))) {
      response.end(damage(file, gzipSync(readFileSync(join(REAL, file)), { level: 1 })));
    } else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    await test(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

Deno.test("a mirror's files are unpacked, verified and put in place; the next fetch does nothing", async () => {
  await withDataFolder(async (folder) => {
    await withMirror((_, packed) => packed, async (mirror) => {
      const lines: string[] = [];
      assert.match(datasetProblem(NAME) ?? "", /is missing/);
      await fetchDataset(NAME, { mirror, log: (line) => lines.push(line) });
      assert.equal(lines.filter((line) => line.includes("downloading")).length, 4);
      assert.equal(datasetProblem(NAME), null);
      await fetchDataset(NAME, { mirror: "http://127.0.0.1:1/" });
      assert.deepEqual(readdirSync(join(folder, NAME)).filter((name) => name.endsWith(".tmp")), []);
    });
  });
});

Deno.test("a truncated and an altered download are refused and leave nothing behind", async () => {
  const damages: [(packed: Uint8Array) => Uint8Array, RegExp][] = [
    [(packed) => packed.subarray(0, packed.length / 2), /the download is damaged/],
    [
      (packed) => gzipSync(Buffer.concat([packed, Buffer.from([1])])),
      /expected 10008 bytes with SHA-256 0402a96d.*, found/,
    ],
  ];
  for (const [damage, message] of damages) {
    await withDataFolder(async (folder) => {
      await withMirror((file, packed) => file === SMALL_FILE ? damage(packed) : packed, async (mirror) => {
        await assert.rejects(fetchDataset(NAME, { mirror }), message);
        assert.ok(!existsSync(join(folder, NAME, SMALL_FILE)));
      });
    });
  }
});

Deno.test("a file truncated or altered on disk is refused when read, and fixed by the next fetch", async () => {
  await withDataFolder(async (folder) => {
    await fetchDataset(NAME, { from: REAL });
    const path = join(folder, NAME, SMALL_FILE);
    truncateSync(path, 5000);
    const { bytes, sha256 } = datasetFacts(NAME).files[SMALL_FILE] as { bytes: number; sha256: string };
    assert.throws(() => readVerified(NAME, SMALL_FILE), (error: Error) => {
      assert.ok(
        error.message.includes(`${path} is truncated: expected ${bytes} bytes with SHA-256 ${sha256}`),
      );
      assert.match(
        error.message,
        /found 5000 bytes with [0-9a-f]{64}; fetch it again with "deno task data fashion-mnist"/,
      );
      return true;
    });
    const altered = readFileSync(join(REAL, SMALL_FILE));
    altered[100] = (altered[100] as number) ^ 1;
    writeFileSync(path, altered);
    assert.throws(() => readVerified(NAME, SMALL_FILE), /is altered/);
    await fetchDataset(NAME, { from: REAL });
    assert.equal(readVerified(NAME, SMALL_FILE).length, bytes);
  });
});

Deno.test("an existing copy with .gz files is read as it is", async () => {
  await withDataFolder((folder) => {
    mkdirSync(join(folder, NAME));
    writeFileSync(join(folder, NAME, `${SMALL_FILE}.gz`), gzipSync(readFileSync(join(REAL, SMALL_FILE))));
    assert.equal(readVerified(NAME, SMALL_FILE).length, 10_008);
    return Promise.resolve();
  });
});

Deno.test("an unknown data set is refused with the known ones", async () => {
  await assert.rejects(fetchDataset("mnist"), /"mnist": it is unknown; use one of fashion-mnist/);
});

Deno.test("a server that accepts and stays silent is given up", async () => {
  const server = createServer(() => {});
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/cifar-100-binary.tar.gz`;
  try {
    await assert.rejects(download(url, 100), /^FailureError: Downloading .*tar.gz: .*no answer in 0.1 s/);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

Deno.test("a mirror on this machine is asked without the proxy of the environment", () => {
  const code = `import { createServer } from "node:http";
    import { download } from "./lib/data/sources/web.ts";
    const server = createServer((_, answer) => answer.end("bytes")).listen(0, "127.0.0.1", async () => {
      const bytes = await download(\`http://127.0.0.1:\${server.address().port}/file\`);
      console.log(new TextDecoder().decode(bytes));
      server.close();
    });`;
  const said = execFileSync(Deno.execPath(), ["eval", code], {
    cwd: ROOT,
    encoding: "utf8",
    env: { ...process.env, http_proxy: "http://127.0.0.1:9", NO_PROXY: "example.org" },
  });
  assert.equal(said, "bytes\n");
});
