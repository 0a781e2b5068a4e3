"""Runs a program that ends with the process that started it, kill -9 included: PARENT PROGRAM ARGUMENT...

PARENT is that process's id; 0 where Jupyter is the parent, which says its id in the environment.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1

ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
parent, program = int(sys.argv[1]) or int(os.environ.get("JPY_PARENT_PID", 0)), sys.argv[2]
if parent not in (0, os.getppid()):
    print(f"{program}: process {parent}, which it must end with, is not its parent", file=sys.stderr)
    sys.exit(1)
try:
    os.execvp(program, sys.argv[2:])
except OSError as error:
    print(f"{program}: {error.strerror}", file=sys.stderr)
    sys.exit(127)
