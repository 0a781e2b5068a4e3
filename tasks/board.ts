import type { OnProgress } from "../lib/learning/progress.ts";
import { duration } from "../lib/notebook/pace_text.ts";
import { terminalBoard } from "../lib/notebook/terminal.ts";
import { isToDo, workOf } from "../lib/runs/forecast.ts";
import type { Together } from "../lib/runs/processes.ts";
import { makespan } from "../lib/runs/schedule.ts";

/** How runs in several processes are shown: bars, lines, and how many are done. */
export interface RunBoard {
  onProgress: OnProgress;
  /** A line for standard error. */
  say: (text: string) => void;
  /** A line for standard output, of a run that is done. */
  report: (text: string) => void;
  end?: () => void;
}

/** The board of a pool of processes. */
export function boardOf({ jobs, runs }: Together): RunBoard {
  const board = terminalBoard();
  const todo = runs.filter(isToDo);
  let done = 0;
  const total = () => board.total(`${done} of ${runs.length} runs done, ${jobs} processes`);
  const say = (text: string) => board.say(text, (line) => console.error(line));
  if (todo.length > 0) say(beginning(jobs, runs));
  return {
    onProgress: board.onProgress,
    say,
    report: (text) => {
      done++;
      board.say(text, (line) => console.log(line));
      total();
    },
    end: () => board.end(),
  };
}

/** Below this an estimate says nothing: such runs mostly start. */
const WORTH_TELLING = 60;

function beginning(jobs: number, runs: Together["runs"]): string {
  const todo = runs.filter(isToDo).length;
  const seconds = makespan(workOf(runs), jobs);
  const time = seconds < WORTH_TELLING ? "" : `, by the plan in about ${duration(seconds)}`;
  return `${todo} of ${runs.length} runs to do, ${
    Math.min(jobs, todo)
  } at a time with one thread each${time}`;
}
