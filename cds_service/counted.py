"""A folder in which the processes of one service count together, for as long as it runs.

Prometheus' library decides whether to count so when it is first loaded, so this is asked before.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

FOLDER = "PROMETHEUS_MULTIPROC_DIR"


@contextmanager
def counting_together() -> Iterator[None]:
    """Make the folder and name it in the environment; one that is named there already is used and left."""
    if FOLDER in os.environ:
        yield
        return
    made, mine = tempfile.mkdtemp(prefix="heel-cds-metrics-"), os.getpid()
    os.environ[FOLDER] = made
    try:
        yield
    finally:
        # A worker leaves this block too when it ends, and must not take the folder of the others away.
        if os.getpid() == mine:
            del os.environ[FOLDER]
            shutil.rmtree(made, ignore_errors=True)
