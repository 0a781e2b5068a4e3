import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { hashFiles } from "../lib/stamp.ts";
import { mustRun } from "./child.ts";
import { SETUP_COMMAND } from "./deno_version.ts";
import type { Tool } from "./machine.ts";
import { ObjectCache } from "./object_cache.ts";

/** Where the C++ sources lie; files of `kernels/` are compiled once per instruction set. */
export const SOURCES = "native";

const FLAGS = [
  "-std=c++17",
  "-fPIC",
  "-fvisibility=hidden",
  "-Wall",
  "-Wextra",
  "-Werror=return-type",
  "-Wno-psabi",
];

/** Compiler flags of each instruction set; "portable" is what every machine of the architecture has. */
const INSTRUCTION_SETS: Record<string, string[]> = {
  portable: [],
  ...(process.arch === "x64"
    ? {
      avx2: ["-mavx2", "-mfma", "-mbmi2", "-mpopcnt"],
      avx512: [
        ...["-mavx2", "-mfma", "-mbmi2", "-mpopcnt", "-mavx512f", "-mavx512bw", "-mavx512dq", "-mavx512vl"],
        "-mprefer-vector-width=512",
      ],
    }
    : {}),
};

/** One call of the compiler: a source to an object. */
export interface Unit {
  source: string;
  object: string;
  flags: string[];
}

/** All C++ files under `native/`, relative to the root, in a fixed order. */
export function nativeSources(root: string): string[] {
  return readdirSync(join(root, SOURCES), { recursive: true, encoding: "utf8" })
    .filter((file) => /\.(cc|h)$/.test(file)).sort().map((file) => `${SOURCES}/${file}`);
}

/**
 * What is compiled for a program made of the sources that `belongs` accepts, with `flags` for all of them, or with those of an
 * instruction set for its kernels.
 */
export function unitsOf(
  root: string,
  belongs: (source: string) => boolean,
  flags: string[],
  flagsOf: (instructionSet: string) => string[] = () => flags,
): Unit[] {
  const sources = nativeSources(root);
  const headers = [...sources.filter((file) => file.endsWith(".h")), ...flags.flatMap(headersOf(root))];
  return sources.filter((file) => file.endsWith(".cc") && belongs(file)).flatMap((source) => {
    if (!source.startsWith(`${SOURCES}/kernels/`)) return [unit(root, source, headers, flags)];
    return Object.entries(INSTRUCTION_SETS).map(([name, own]) =>
      unit(root, source, headers, [...flagsOf(name), ...own, `-DWEIGHTSHARE_INSTRUCTION_SET=${name}`])
    );
  });
}

/** The headers that a flag gives to the sources: those of other people's packages. */
function headersOf(root: string): (flag: string) => string[] {
  return (flag) => {
    if (!flag.startsWith("-I")) return [];
    const folder = flag.slice("-I".length);
    return readdirSync(join(root, folder)).filter((file) => file.endsWith(".h")).sort()
      .map((file) => `${folder}/${file}`);
  };
}

/** An object's name holds the hash of all that it is made from, so one that is there is right. */
function unit(root: string, source: string, headers: string[], flags: string[]): Unit {
  const hash = createHash("sha256").update(JSON.stringify([FLAGS, flags]));
  hash.update(hashFiles(root, [source, ...headers]));
  const name = source.slice(SOURCES.length + 1, -".cc".length).replaceAll("/", "-");
  return { source, flags, object: `${name}-${hash.digest("hex").slice(0, 16)}.o` };
}

/** Compiles what neither is there nor was compiled for another checkout, one unit a core, and removes the objects of former sources. */
export async function compileUnits(
  root: string,
  compiler: Tool,
  folder: string,
  units: readonly Unit[],
  report: (progress: string) => void,
): Promise<void> {
  mkdirSync(join(root, folder), { recursive: true });
  const cache = new ObjectCache(compiler);
  const missing = units.filter(({ object }) => {
    const path = join(root, folder, object);
    return !existsSync(path) && !cache.take(object, path);
  });
  let begun = 0;
  await Promise.all(Array.from({ length: availableParallelism() }, async () => {
    for (let next = missing[begun]; next !== undefined; next = missing[begun]) {
      report(`${++begun} of ${missing.length} files`);
      await compile(root, compiler.command, folder, next);
      cache.keep(next.object, join(root, folder, next.object));
    }
  }));
  cache.clear();
  const wanted = new Set(units.map(({ object }) => object));
  for (const object of readdirSync(join(root, folder))) {
    if (!wanted.has(object)) rmSync(join(root, folder, object), { force: true });
  }
}

async function compile(root: string, compiler: string, folder: string, unit: Unit): Promise<void> {
  const object = join(folder, unit.object);
  await callCompiler(root, compiler, [
    ...FLAGS,
    ...unit.flags,
    `-I${SOURCES}`,
    "-c",
    unit.source,
    "-o",
    `${object}.part`,
  ]);
  renameSync(join(root, `${object}.part`), join(root, object));
}

/** Links objects to a temporary name, then renames: the target is there whole or not at all. */
export async function link(
  root: string,
  compiler: string,
  folder: string,
  units: readonly Unit[],
  target: string,
  flags: string[],
): Promise<void> {
  const objects = units.map(({ object }) => join(folder, object));
  await callCompiler(root, compiler, [...objects, ...flags, "-pthread", "-ldl", "-o", `${target}.part`]);
  renameSync(join(root, `${target}.part`), join(root, target));
}

async function callCompiler(root: string, compiler: string, args: string[]): Promise<void> {
  await mustRun(
    "Compiling the native kernels",
    `a compiler for C++17 is needed (name another one with CXX=/path/to/c++); then run "${SETUP_COMMAND}" again`,
    compiler,
    args,
    { cwd: root },
  );
}
