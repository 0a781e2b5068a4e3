import { cpus, totalmem } from "node:os";
import process from "node:process";
import { environmentNotes, setting, type VariableName, VARIABLES } from "../lib/environment.ts";
import { messageOf } from "../lib/errors.ts";
import { ROOT } from "../lib/paths.ts";
import { run } from "../tasks/main.ts";
import { type BareTask, helpAsked } from "./arguments.ts";
import { findDeno, SETUP_COMMAND } from "./deno_version.ts";
import { findCompiler, findFlock, findNode, findNpm, findPython, type Tool } from "./machine.ts";
import type { Step } from "./step.ts";
import { allSteps } from "./steps/all.ts";

/** One line of the doctor. */
export interface Finding {
  title: string;
  present: boolean;
  text: string;
  /** The word for what is not in order; "MISSING" unless it is there and wrong. */
  absent?: "WRONG  ";
}

/** What the doctor finds about the programs of the machine. */
export async function examineMachine(): Promise<Finding[]> {
  const tools: [string, () => Promise<Tool>][] = [
    ["Deno", findDeno],
    ["Node", findNode],
    ["npm", findNpm],
    ["Python", findPython],
    ["C++ compiler", findCompiler],
    ["flock", findFlock],
  ];
  return await Promise.all(tools.map(async ([title, find]) => {
    try {
      const { command, version } = await find();
      return {
        title,
        present: true,
        text: version.includes(command) ? version : `${command} ${version}`.trim(),
      };
    } catch (error) {
      return { title, present: false, text: messageOf(error) };
    }
  }));
}

/** What the doctor finds about the parts of the set-up. */
export async function examineSteps(steps: readonly Step[]): Promise<Finding[]> {
  return await Promise.all(steps.map(async (step) => {
    try {
      const problem = await step.problem();
      if (problem === null) return { title: step.title, present: true, text: step.detail() };
      return { title: step.title, present: false, text: `${problem}; run "${SETUP_COMMAND}"` };
    } catch (error) {
      return { title: step.title, present: false, text: messageOf(error) };
    }
  }));
}

/** What the doctor finds about the environment variables that decide something here. */
export function examineEnvironment(): Finding[] {
  const findings = (Object.keys(VARIABLES) as VariableName[]).map((name): Finding => {
    const { meaning, otherwise } = VARIABLES[name];
    try {
      const value = setting(name);
      const held = value === undefined ? `not set: ${otherwise}` : String(value);
      return { title: name, present: true, text: `${held} (${meaning})` };
    } catch (error) {
      return { title: name, present: false, absent: "WRONG  ", text: messageOf(error) };
    }
  });
  return [...findings, ...environmentNotes().map((text) => ({ title: "Note", present: true, text }))];
}

/** The findings as aligned lines. */
export function reportOf(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ title }) => title.length));
  return findings
    .map(({ title, present, text, absent = "MISSING" }) =>
      `${present ? "ok     " : absent}  ${title.padEnd(width)}  ${text}`
    )
    .join("\n");
}

const DOCTOR: BareTask = {
  name: "doctor",
  description:
    "Says for each part of the set-up whether it is there, its version, or the command that fixes it.",
};

/** Everything the doctor finds. */
async function examine(): Promise<Finding[]> {
  const machine = `${process.platform} on ${process.arch}, ${cpus().length} cores, ${
    (totalmem() / 2 ** 30).toFixed(0)
  } GB of memory`;
  return [
    { title: "Machine", present: true, text: machine },
    ...await examineMachine(),
    ...await examineSteps(allSteps(ROOT)),
    ...examineEnvironment(),
  ];
}

/** `deno task doctor`. */
export async function doctor(): Promise<void> {
  await run(async () => {
    const help = helpAsked(DOCTOR, process.argv.slice(2));
    if (help !== undefined) return void process.stdout.write(help);
    const findings = await examine();
    console.log(reportOf(findings));
    process.exit(findings.every(({ present }) => present) ? 0 : 1);
  }, { environment: "as it is" });
}
