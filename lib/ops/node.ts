import { tf } from "./tensorflow.ts";

/** An operation of several steps that is one node of the tape. */
export interface Operation<Inputs extends tf.Tensor[], Output extends tf.Tensor, Kept extends tf.Tensor[]> {
  /** The value, and all that its gradients need. What it calls enters no tape. */
  forward(...inputs: Inputs): { value: Output; kept: [...Kept] };
  /** Gradients for the inputs, in their order, from that for the value. What it needs no more it may let go at once. */
  backward(dy: Output, kept: Kept): tf.Tensor[];
}

/**
 * The value of an operation, as one node of the tape. What it keeps, the gradient that it is given and its own value are let go
 * as soon as its gradients are there: a tape is walked once, from the end, and TensorFlow.js would keep all of them until it is done.
 * So the value must not be read after its gradients have been taken.
 */
export function node<const Inputs extends tf.Tensor[], Output extends tf.Tensor, Kept extends tf.Tensor[]>(
  inputs: Inputs,
  { forward, backward }: Operation<Inputs, Output, Kept>,
): Output {
  const operation = tf.customGrad<Output>((...given) => {
    const save = given.at(-1) as unknown as (kept: tf.Tensor[]) => void;
    const { value, kept } = forward(...given.slice(0, -1) as Inputs);
    save(kept);
    const gradFunc = (dy: Output, saved: tf.Tensor[]) => {
      const gradients = tf.tidy(() => {
        const found = backward(dy, saved as Kept);
        tf.dispose([dy, ...saved]);
        return found;
      });
      value.dispose();
      return gradients;
    };
    return { value, gradFunc };
  });
  return operation(...inputs);
}
