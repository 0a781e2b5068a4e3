import process from "node:process";

/** Options of the program `env` that keep some of our variables from a command: Deno gives a child that is waited for all of them, whatever its `env`. */
export function unset(variables: RegExp): string[] {
  return Object.keys(process.env).filter((name) => variables.test(name)).map((name) => `--unset=${name}`);
}
