import { type ParameterCount, parameterCounts } from "../lib/experiments/sharing/parameter_counts.ts";
import { defineTask, runTask } from "./task.ts";

/** Sharing schemes as the published counts call them. */
const SHORT: Record<string, string> = { depthwise: "dw", pointwise: "pw" };

/** `deno task parameters`. */
export const parametersTask = defineTask({
  name: "parameters",
  description: "Counts the trainable parameters of every published variant, on the built models.",
  declare: (command) => command.option("--csv", "comma-separated values with a header"),
  plan: ({ csv = false }: { csv?: boolean }) => ({ csv }),
  act({ csv }) {
    const counts = parameterCounts();
    console.log(csv ? toCsv(counts) : toLines(counts));
  },
});

function toCsv(counts: ParameterCount[]): string {
  const header =
    "arch,classes,dim,depth,kernel,patch,share,params,params_if_biases_not_shared,unshared_params,ratio," +
    "reduction_pct,macs_32x32,released_code_builds_it,executed_check";
  return [header, ...counts.map((one) => columns(one).join(","))].join("\n");
}

function columns(one: ParameterCount): (string | number)[] {
  const { architecture, classes, channels, depth, kernel, patch, sharing, parameters, macs } = one;
  const alone = sharing === "depthwise" || sharing === "pointwise";
  return [
    ...[
      architecture,
      classes,
      channels.join("-"),
      depth,
      kernel,
      patch ?? "",
      SHORT[sharing] ?? sharing,
      parameters,
    ],
    ...[one.parametersIfBiasesNotShared ?? "", one.unsharedParameters],
    ...[(one.unsharedParameters / parameters).toFixed(3)],
    ...[(100 * (1 - parameters / one.unsharedParameters)).toFixed(2), macs],
    ...[alone ? "no (one boolean shares both)" : "yes", "counted on the built model"],
  ];
}

function toLines(counts: ParameterCount[]): string {
  return counts.map(
    ({ architecture, classes, channels, depth, kernel, patch, sharing, parameters, macs }) => {
      const name = `${architecture}-${channels.join("-")}/${depth} k${kernel}${
        patch === null ? "" : ` p${patch}`
      }`;
      const count = parameters.toLocaleString("en-US").padStart(12);
      return `${name.padEnd(28)} ${String(classes).padStart(3)} classes  shared: ${
        sharing.padEnd(9)
      } ${count} parameters  ` +
        `${(macs / 1e9).toFixed(3)} GMACs`;
    },
  ).join("\n");
}

if (import.meta.main) await runTask(parametersTask);
