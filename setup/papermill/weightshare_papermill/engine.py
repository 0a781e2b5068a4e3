"""An engine that loses no trailing output."""

import json
import os
import queue
import signal
import sys
import threading
import time
import uuid

from jupyter_client.kernelspec import get_kernel_spec
from jupyter_core.paths import jupyter_runtime_dir
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine
from papermill.log import logger
from papermill.translators import papermill_translators
from papermill.utils import merge_kwargs, remove_args

from .translator import TypeScript

papermill_translators.register("typescript", TypeScript)

QUIET_SECONDS = 0.25
# How long a busy machine may take to start a kernel, and to bring a cell's last outputs after its reply. nbclient gives up the
# latter after 4 seconds; a kernel that dies is noticed at once either way.
PATIENT_SECONDS = 300
PROGRESS = "WEIGHTSHARE_PAPERMILL_PROGRESS"
STARTS = 3
EARLY_END = "Kernel died before replying to kernel_info"  # jupyter_client's words


class DrainingClient(PapermillNotebookClient):
    """A kernel may report idle before its last messages: after a cell, read on until none came for a while."""

    def create_kernel_manager(self):
        """The kernel's connection goes where Jupyter keeps them, not among the temporary files of this machine."""
        manager = super().create_kernel_manager()
        manager.connection_file = os.path.join(jupyter_runtime_dir(), f"kernel-{uuid.uuid4()}.json")
        return manager

    async def _async_poll_output_msg(self, parent_msg_id, cell, cell_index):
        await super()._async_poll_output_msg(parent_msg_id, cell, cell_index)
        while True:
            try:
                msg = await self.kc.iopub_channel.get_msg(timeout=QUIET_SECONDS)
            except queue.Empty:
                return
            if msg["parent_header"].get("msg_id") == parent_msg_id and msg["msg_type"] != "status":
                self.process_message(msg, cell, cell_index)

    def execute_cell(self, cell, cell_index, *args, **kwargs):
        start = time.monotonic()
        try:
            return super().execute_cell(cell, cell_index, *args, **kwargs)
        finally:
            merge_streams(cell)
            if os.environ.get(PROGRESS) == "1" and cell.cell_type == "code":
                self._tell(cell_index, time.monotonic() - start)

    def _tell(self, cell_index, seconds):
        code = [index for index, cell in enumerate(self.nb.cells) if cell.cell_type == "code"]
        done = {"cell": code.index(cell_index) + 1, "of": len(code), "seconds": seconds}
        print(f"progress {json.dumps(done)}", file=sys.stderr, flush=True)


class Engine(NBClientEngine):
    """papermill's own engine with the draining client."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man,
        kernel_name,
        log_output=False,
        stdout_file=None,
        stderr_file=None,
        start_timeout=60,
        execution_timeout=None,
        **kwargs,
    ):
        options = merge_kwargs(
            remove_args(["input_path", "timeout", "startup_timeout"], **kwargs),
            timeout=execution_timeout or kwargs.get("timeout"),
            startup_timeout=max(start_timeout, PATIENT_SECONDS),
            iopub_timeout=PATIENT_SECONDS,
            kernel_name=kernel_name,
            log=logger,
            log_output=log_output,
            stdout_file=stdout_file,
            stderr_file=stderr_file,
        )
        name_kernel(nb_man.nb, kernel_name)

        def execute():
            client = DrainingClient(nb_man, **options)
            stop_on_signals(client)
            return client.execute()

        return begun(execute)


def begun(execute):
    """
    What comes of it; begun again where the kernel ends before its first word: Jupyter chooses ports before the kernel takes them, and
    another program may have taken one in between. No cell has run then.
    """
    for left in reversed(range(STARTS)):
        try:
            return execute()
        except RuntimeError as error:
            if left == 0 or EARLY_END not in str(error):
                raise


def name_kernel(notebook, name):
    """The notebook names the kernel that runs it, whatever it named before; papermill adds the kernel's language."""
    spec = get_kernel_spec(name)
    notebook.metadata["kernelspec"] = {
        "display_name": spec.display_name,
        "language": spec.language,
        "name": name,
    }
    notebook.metadata.pop("language_info", None)


def stop_on_signals(client):
    """The first SIGINT or SIGTERM ends the run and its kernel at once; later ones do not disturb that."""
    signals = (signal.SIGINT, signal.SIGTERM)

    def stop(*_):
        for number in signals:
            signal.signal(number, signal.SIG_IGN)
        client.shutdown_kernel = "immediate"
        raise KeyboardInterrupt

    if threading.current_thread() is threading.main_thread():
        for number in signals:
            signal.signal(number, stop)


def merge_streams(cell):
    """Joins consecutive outputs of the same stream: kernels send each line as an output of its own."""
    merged = []
    for output in cell.get("outputs", []):
        last = merged[-1] if merged else None
        if last and output.output_type == last.output_type == "stream" and output.name == last.name:
            last["text"] += output["text"]
        else:
            merged.append(output)
    if "outputs" in cell:
        cell["outputs"] = merged
