import { FailureError, UsageError } from "../lib/errors.ts";
import { whole } from "./arguments.ts";
import type { Campaign, CampaignOptions } from "./campaign/campaign.ts";
import { defineTask, runTask } from "./task.ts";

/** Each campaign by its name. */
const CAMPAIGNS = new Map<string, () => Promise<Campaign>>([
  ["kills", async () => (await import("./campaign/kills.ts")).killCampaign],
  ["command-lines", async () => (await import("./campaign/command_lines.ts")).commandLineCampaign],
  ["slurm-kills", async () => (await import("./campaign/slurm_kills.ts")).slurmKillCampaign],
  ["makespan", async () => (await import("./campaign/makespan.ts")).makespanCampaign],
  ["memory", async () => (await import("./campaign/memory.ts")).memoryCampaign],
  ["files", async () => (await import("./campaign/files.ts")).damagedFilesCampaign],
]);

interface Plan extends CampaignOptions {
  campaign: string;
}

/** `deno task campaign`. */
export const campaignTask = defineTask({
  name: "campaign",
  description: "Tries what nobody wrote down: generated cases, the same for the same seed.",
  declare: (command) =>
    command
      .argument("<campaign>", [...CAMPAIGNS.keys()].join(", "), known)
      .option("--tries <n>", "how many cases", whole("--tries", 1, 1_000_000), 300)
      .option("--seed <n>", "which cases", whole("--seed", 0, 2 ** 31 - 1), 1),
  plan: (campaign: string, options: CampaignOptions): Plan => ({ campaign, ...options }),
  act: conduct,
});

function known(name: string): string {
  if (CAMPAIGNS.has(name)) return name;
  const names = [...CAMPAIGNS.keys()].join(", ");
  throw new UsageError(`Choosing a campaign: "${name}" is unknown; use one of ${names}.`);
}

async function conduct({ campaign: name, ...options }: Plan): Promise<void> {
  const campaign = await (CAMPAIGNS.get(name) as () => Promise<Campaign>)();
  const { tried, said, wrong } = await campaign({
    ...options,
    onProgress: (line) => console.error(`  ${line}`),
  });
  for (const line of wrong) console.log(`WRONG  ${line}`);
  console.log(`${name}, seed ${options.seed}: ${tried} tried, ${wrong.length} wrong; ${said}`);
  if (wrong.length === 0) return;
  throw new FailureError(`Trying ${name}: ${wrong.length} of ${tried} went wrong; see the list above.`);
}

// Not awaited: a campaign over all tasks imports this file, too, and would wait for itself.
if (import.meta.main) void runTask(campaignTask);
