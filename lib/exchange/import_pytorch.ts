import { FailureError } from "../errors.ts";
import type { HostTensor } from "../ops/safetensors.ts";
import { type Architecture, architectureName } from "./architecture.ts";
import { fromPyTorch, type PyTorchKey, pyTorchKeys, sharedKeys } from "./pytorch_layout.ts";
import { requireFinite } from "./require_finite.ts";

/** Batches that a norm has seen: PyTorch writes it, and with a fixed momentum nothing reads it. */
export function isCounter(key: string): boolean {
  return /(^|\.)num_batches_tracked$/.test(key);
}

/**
 * Our tensors out of a state dictionary's, which must be exactly those of the architecture. The running statistics become those
 * of both lives. Keys that `safetensors.torch.save_model` left out as another's alias are read from its metadata.
 */
export function fromStateDictionary(
  tensors: ReadonlyMap<string, HostTensor>,
  metadata: Record<string, string>,
  architecture: Architecture,
  source: string,
): Map<string, HostTensor> {
  const keys = pyTorchKeys(architecture);
  const found = (key: string) => tensors.get(key) ?? tensors.get(metadata[key] ?? "");
  requireSameKeys(keys, found, tensors, architecture, source);
  const values = new Map(
    keys.map((key) => [key.key, requireShape(key, found(key.key) as HostTensor, source)]),
  );
  requireFinite(values, source);
  requireVariances(values, source);
  requireShared(keys, values, source);
  const ours = keys.map((key) => [key.name, fromPyTorch(values.get(key.key) as HostTensor, key)] as const);
  return new Map(ours.flatMap(([name, tensor]) => bothLives(name).map((one) => [one, tensor] as const)));
}

/** A statistic of one life stands for both. */
function bothLives(name: string): string[] {
  return /\.norm\.ann\.(mean|variance)$/.test(name)
    ? [name, name.replace(".norm.ann.", ".norm.snn.")]
    : [name];
}

function requireSameKeys(
  keys: readonly PyTorchKey[],
  found: (key: string) => HostTensor | undefined,
  tensors: ReadonlyMap<string, HostTensor>,
  architecture: Architecture,
  source: string,
): void {
  const wanted = new Set(keys.map(({ key }) => key));
  const missing = keys.filter(({ key }) => found(key) === undefined);
  const extra = [...tensors.keys()].filter((key) => !wanted.has(key));
  const [first] = missing;
  if (first === undefined && extra.length === 0) return;
  const is = architectureName(architecture);
  const lacks = first === undefined ? [] : [`lacks ${counted(missing.map(({ key }) => key))}, ${is}'s`];
  const has = extra.length === 0 ? [] : [`has ${counted(extra)}, which ${is} does not`];
  const shape = first === undefined ? "" : ` ("${first.key}" has the shape [${first.shape}])`;
  const fix = missing.length > 0 && extra.length > 0
    ? "rename the tensors, or give the architecture that the file is of"
    : missing.length > 0
    ? "write the whole state_dict(), or give the architecture that the file is of"
    : "leave these out, or give the architecture that the file is of";
  throw new FailureError(`Reading ${source}: it ${[...lacks, ...has].join(", and ")}; ${fix}${shape}.`);
}

function counted(keys: readonly string[]): string {
  const shown = keys.slice(0, 3).map((key) => `"${key}"`).join(", ");
  return keys.length > 3 ? `${shown} and ${keys.length - 3} more` : shown;
}

function requireShape({ key, shape }: PyTorchKey, tensor: HostTensor, source: string): HostTensor {
  if (tensor.shape.join() === shape.join()) return tensor;
  throw new FailureError(
    `Reading ${source}: "${key}" has the shape [${tensor.shape}], but must have [${shape}]; give the architecture that the file is of.`,
  );
}

function requireVariances(tensors: ReadonlyMap<string, HostTensor>, source: string): void {
  for (const [key, { values }] of tensors) {
    const index = key.endsWith(".running_var") ? values.findIndex((value) => value < 0) : -1;
    if (index < 0) continue;
    throw new FailureError(
      `Reading ${source}: value ${index} of "${key}" is ${
        values[index]
      }, but a variance is 0 or more; write the state_dict() of the trained network.`,
    );
  }
}

/** Uses of one kernel must have its values. */
function requireShared(
  keys: readonly PyTorchKey[],
  tensors: ReadonlyMap<string, HostTensor>,
  source: string,
): void {
  for (const [first = "", ...others] of sharedKeys(keys)) {
    const { values } = tensors.get(first) as HostTensor;
    const unequal = others.find((other) =>
      tensors.get(other)?.values.some((value, index) => value !== values[index]) === true
    );
    if (unequal === undefined) continue;
    throw new FailureError(
      `Reading ${source}: "${first}" and "${unequal}" are one kernel in this architecture, but have different values; ` +
        `give the architecture that shares nothing there.`,
    );
  }
}
