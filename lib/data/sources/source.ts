/** One file of a data set as it is stored, before it is verified. */
export interface SourceFile {
  file: string;
  bytes: Uint8Array;
  /** Where the bytes come from, for messages. */
  from: string;
}

export type Log = (line: string) => void;

/** A place that a data set can be had from: gives the asked files, one after the other. */
export type Source = (files: readonly string[], log: Log) => AsyncGenerator<SourceFile>;
