import type { Progress } from "../learning/progress.ts";

/** Progress may be shown again after so many milliseconds: about five times a second. */
export const SHOWN_EVERY = 200;

/** How much of the training is done, in [0, 1]; evaluation fills the last tenth of an epoch. */
export function fractionDone({ phase, epoch, epochs, step, steps }: Progress): number {
  if (phase === "done" || phase === "report") return 1;
  const within = steps === 0 ? 1 : step / steps;
  if (epoch === 0) {
    return { train: 0, convert: 0.1 * within, evaluate: 0.1 + 0.9 * within, diverged: 0 }[phase];
  }
  const epochDone = phase === "train" || phase === "diverged" ? 0.9 * within : 0.9 + 0.1 * within;
  return Math.min(1, Math.max(0, (epoch - 1 + epochDone) / epochs));
}

/** "epoch 2/3, step 40/100, training: loss 0.123, accuracy 45.6 %, 260 images/s". */
export function describe(progress: Progress): string {
  const { phase, epoch, epochs, step, steps, imagesPerSecond } = progress;
  const doing = {
    train: "step",
    convert: "measuring activations",
    evaluate: "evaluating",
    report: "simulating",
    done: "",
    diverged: "step",
  }[phase];
  const trained = epoch > 0;
  const done = trained ? epochsText(epochs) : "converted";
  const place = trained ? `epoch ${epoch}/${epochs}, ` : "";
  const unconverted = phase === "diverged" && !trained;
  const start = phase === "done"
    ? done
    : unconverted
    ? "its ANN diverged"
    : `${place}${doing} ${step}/${steps}`;
  const pace = Number.isFinite(imagesPerSecond) ? [`${Math.round(imagesPerSecond)} images/s`] : [];
  return [start, ...scores(progress), ...pace].join(", ");
}

/** "1 epoch" or "3 epochs". */
export function epochsText(epochs: number): string {
  return `${epochs} ${epochs === 1 ? "epoch" : "epochs"}`;
}

/** "ETA 1:05", or how the run ended: "done" or "diverged". */
export function timeLeft(progress: Progress): string {
  return isEnd(progress) ? progress.phase : `ETA ${duration(progress.secondsLeft)}`;
}

/** Whether nothing comes after it. */
export function isEnd({ phase }: Progress): boolean {
  return phase === "done" || phase === "diverged";
}

function scores({ loss, accuracy }: Progress): string[] {
  if (!Number.isFinite(loss)) return [];
  return [`training: loss ${loss.toPrecision(3)}`, `accuracy ${(100 * accuracy).toFixed(1)} %`];
}

/** Seconds as "0:05", "12:34" or "1:02:03"; "?" while they are unknown. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return "?";
  const whole = Math.max(0, Math.round(seconds));
  const two = (value: number) => String(value).padStart(2, "0");
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** The last step of a phase, or the end: never left out. */
export function isMilestone(progress: Progress): boolean {
  return isEnd(progress) || progress.step === progress.steps;
}
