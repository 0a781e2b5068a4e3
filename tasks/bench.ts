import { benchProxyStep } from "../bench/proxy_step.ts";
import { UsageError } from "../lib/errors.ts";
import { runCommand } from "./command.ts";

await runCommand((command) =>
  command
    .name("deno task bench")
    .description("Times training steps: milliseconds, images per second, resident memory.")
    .option("--repeats <n>", "timed repeats after a warm-up", "5")
    .option("--json", "print JSON")
    .action(bench)
);

function bench({ repeats, json }: { repeats: string; json?: boolean }): void {
  const count = Number(repeats);
  if (!Number.isInteger(count) || count < 1) {
    throw new UsageError(`Reading --repeats ${repeats}: it must be a whole number of at least 1.`);
  }
  const measurements = benchProxyStep(count);
  if (json === true) return console.log(JSON.stringify(measurements, null, 1));
  for (const { workload, millisecondsPerStep, imagesPerSecond, range, residentMemory } of measurements) {
    const [fastest, slowest] = range.map((time) => time.toFixed(0));
    console.log(
      `${workload}: ${millisecondsPerStep.toFixed(0)} ms per step (${fastest} to ${slowest}), ` +
        `${imagesPerSecond.toFixed(1)} images/s, ${(residentMemory / 2 ** 30).toFixed(2)} GiB resident`,
    );
  }
}
