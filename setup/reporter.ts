/** One running step as the user sees it. */
export interface StepLine {
  /** Replaces what is said about the step while it runs: "134 MB". */
  report: (progress: string) => void;
  done(): void;
  failed(): void;
}

/** Shows what the set-up is doing. */
export interface Reporter {
  begin(number: number, total: number, title: string): StepLine;
  note(text: string): void;
  /** Nothing more will be shown. */
  end(): void;
}

/** Writes to standard error: one line that changes in place on a terminal, else a line at each start and end. */
export function terminalReporter(stream: NodeJS.WriteStream = process.stderr): Reporter {
  return stream.isTTY ? liveReporter(stream) : plainReporter(stream);
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}

function plainReporter(stream: NodeJS.WriteStream): Reporter {
  return {
    begin(number, total, title) {
      const since = performance.now();
      const head = `[${number}/${total}] ${title} ...`;
      stream.write(`${head}\n`);
      return {
        report: () => {},
        done: () => void stream.write(`${head} ${seconds(since)}\n`),
        failed: () => void stream.write(`${head} failed after ${seconds(since)}\n`),
      };
    },
    note: (text) => void stream.write(`${text}\n`),
    end: () => {},
  };
}

function liveReporter(stream: NodeJS.WriteStream): Reporter {
  const running = new Map<string, { since: number; progress: string }>();
  const timer = setInterval(show, 250);
  timer.unref();

  const width = () => stream.columns > 0 ? stream.columns : 80;
  function show(): void {
    const parts = [...running].map(([head, { since, progress }]) =>
      [head, progress, seconds(since)].filter((part) => part !== "").join(" ")
    );
    stream.write(`\r\x1b[K${parts.join(" · ").slice(0, width() - 1)}`);
  }
  function line(text: string): void {
    stream.write(`\r\x1b[K${text}\n`);
    if (running.size > 0) show();
  }
  return {
    begin(number, total, title) {
      const since = performance.now();
      const head = `[${number}/${total}] ${title}`;
      running.set(head, { since, progress: "" });
      const close = (text: string) => {
        running.delete(head);
        line(`${head} ... ${text}`);
      };
      return {
        report: (progress) => void running.set(head, { since, progress }),
        done: () => close(seconds(since)),
        failed: () => close(`failed after ${seconds(since)}`),
      };
    },
    note: line,
    end() {
      clearInterval(timer);
      stream.write("\r\x1b[K");
    },
  };
}
