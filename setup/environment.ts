import process from "node:process";

/**
 * Variables of the user's shell that change which code Python, pip, npm, Node or Jupyter run, or where they put it. They
 * are meant for the user's own programs: a PYTHONPATH, say, puts other packages before those of our environment.
 */
const FOREIGN = /^(PYTHON\w+|PIP_\w+|npm_\w+|NODE_(OPTIONS|PATH|ENV)|JUPYTER\w*|IPYTHON\w*|PAPERMILL\w*)$/i;

/** What says how this machine reaches a registry, or only how much is said, stays. */
const KEPT = [
  /^PYTHON(UNBUFFERED|DONTWRITEBYTECODE|PYCACHEPREFIX)$/,
  /^PIP_((EXTRA_)?INDEX_URL|NO_INDEX|FIND_LINKS|TRUSTED_HOST|(CLIENT_)?CERT|PROXY|(NO_)?CACHE_DIR|CONFIG_FILE)$/,
  /^PIP_(DEFAULT_TIMEOUT|TIMEOUT|RETRIES|KEYRING_PROVIDER)$/,
  /^npm_config_(\/\/.*|.*registry|.*proxy|cafile|ca|cert|key|strict_ssl|_auth.*|cache|offline|prefer_\w+|fetch_\w+)$/i,
  /^npm_config_(userconfig|globalconfig|maxsockets)$/i,
];

/** The environment of a child process: this process's, without what is meant for the user's own programs, and `own`. */
export function childEnvironment(own: Record<string, string> = {}): Record<string, string> {
  const mine = Object.entries(process.env).filter((entry): entry is [string, string] =>
    entry[1] !== undefined && (!FOREIGN.test(entry[0]) || KEPT.some((pattern) => pattern.test(entry[0])))
  );
  return { ...Object.fromEntries(mine), ...own };
}
