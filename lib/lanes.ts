/**
 * Works on things in so many lanes at once, each lane one after the other in the things' order; the results in that order. Work that
 * fails ends its lane; once all lanes have ended the first failure is thrown.
 */
export async function inLanes<Thing, Result>(
  things: readonly Thing[],
  lanes: number,
  work: (thing: Thing) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const open = things.entries();
  const lane = async () => {
    for (const [index, thing] of open) results[index] = await work(thing);
  };
  const ended = await Promise.allSettled(Array.from({ length: lanes }, lane));
  const failed = ended.find(({ status }) => status === "rejected") as PromiseRejectedResult | undefined;
  if (failed !== undefined) throw failed.reason;
  return results;
}
