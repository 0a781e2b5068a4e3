const LOOPBACK = ["localhost", "127.0.0.1", "::1"];

/** Programs read one spelling or the other. */
const SPELLINGS = ["NO_PROXY", "no_proxy"] as const;

/** Requests to this machine never go through a proxy, neither ours nor those of programs that are started from now on. */
export function keepLoopbackDirect(): void {
  const [given = ""] = SPELLINGS.flatMap((name) => process.env[name] || []);
  const hosts = given.split(",").map((host) => host.trim()).filter((host) => host !== "");
  if (hosts.includes("*")) return;
  const direct = [...new Set([...hosts, ...LOOPBACK])].join(",");
  for (const name of SPELLINGS) process.env[name] = direct;
}
