import { createHash } from "node:crypto";
import { FailureError } from "../errors.ts";
import { readBytes, writeWhole } from "../files.ts";
import { type HostTensor, packSafetensors, parseSafetensors, type Safetensors } from "../ops/safetensors.ts";
import { tf } from "../ops/tensorflow.ts";
import { canonicalJson } from "./config/config.ts";
import type { RunRecord, WeightsFile } from "./record.ts";
import type { RunRequest } from "./store.ts";

/** Copies variables out of TensorFlow. */
export function hostTensors(variables: ReadonlyMap<string, tf.Tensor>): Map<string, HostTensor> {
  return new Map([...variables].map(([name, variable]) => {
    return [name, { shape: variable.shape, values: variable.dataSync() as Float32Array }];
  }));
}

/** Gives each variable the tensor of its name; one that is absent or has another shape is refused. Returns the others. */
export function assignTensors(
  variables: ReadonlyMap<string, tf.Variable>,
  tensors: ReadonlyMap<string, HostTensor>,
  source: string,
  fix: string,
): Map<string, HostTensor> {
  const others = new Map(tensors);
  for (const [name, variable] of variables) {
    const tensor = tensors.get(name);
    const found = tensor === undefined ? "no such tensor" : `a tensor of shape [${tensor.shape}]`;
    if (tensor === undefined || tensor.shape.join() !== variable.shape.join()) {
      throw new FailureError(
        `Reading ${source}: "${name}" must have the shape [${variable.shape}], but there is ${found}, so that the file is ` +
          `another network's; ${fix}.`,
      );
    }
    tf.tidy(() => variable.assign(tf.tensor(tensor.values, tensor.shape)));
    others.delete(name);
  }
  return others;
}

/** Writes a run's weights with what they are of; the record is to say what is returned. */
export function writeWeights(
  path: string,
  { experiment, row, config }: RunRequest,
  hash: string,
  tensors: ReadonlyMap<string, HostTensor>,
  outputScale?: number,
): WeightsFile {
  const packed = packSafetensors(tensors, {
    format: "pt",
    hash,
    experiment,
    row,
    config: canonicalJson(config),
    ...(outputScale === undefined ? {} : { outputScale: String(outputScale) }),
  });
  writeWhole(path, packed);
  return { bytes: packed.length, sha256: sumOfBytes(packed) };
}

/** Reads the weights of a record and refuses any that are not exactly those that its run wrote. */
export function readWeights(path: string, record: RunRecord): Map<string, HostTensor> {
  return readWeightsFile(path, record).tensors;
}

/** The same with what the file says about itself. */
export function readWeightsFile(path: string, { hash, weights }: RunRecord): Safetensors {
  const fix = `remove ${hash}.json beside it to train that network again`;
  if (weights === undefined) {
    throw new FailureError(
      `Reading the weights ${path}: their record is of an older version and does not say what they must be; ${fix}.`,
    );
  }
  const bytes = readBytes(path, { what: "the weights", fix });
  const { tensors, metadata } = parseSafetensors(bytes, `the weights ${path}`, fix);
  if (metadata["hash"] !== undefined && metadata["hash"] !== hash) {
    throw new FailureError(
      `Reading the weights ${path}: they are those of the run ${metadata["hash"]} (${
        metadata["row"]
      }), not of ${hash}; ${fix}.`,
    );
  }
  if (sumOfBytes(bytes) === weights.sha256) return { tensors, metadata };
  throw new FailureError(
    `Reading the weights ${path}: they are not those that the run wrote (SHA-256 ${
      sumOfBytes(bytes)
    } of ${bytes.length} ` +
      `bytes, but its record says ${weights.sha256} of ${weights.bytes}); ${fix}.`,
  );
}

function sumOfBytes(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
