"""The kernels that JupyterLab offers."""

import os
import sys

from jupyter_client.kernelspec import KernelSpecManager
from traitlets import Bool


class KernelSpecs(KernelSpecManager):
    """The project's and the user's own, without the Python that only comes with JupyterLab itself."""

    ensure_native_kernel = Bool(False)

    def find_kernel_specs(self):
        brought_along = os.path.join(sys.prefix, "share", "jupyter", "kernels", "python3")
        found = super().find_kernel_specs()
        return {name: folder for name, folder in found.items() if folder != brought_along}
