"""What one record costs: `python -m tests.performance.one_append [COUNT]` prints microseconds for each.

The second line leaves out waiting for the disk, which is most of the first.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from sqlalchemy import event

from cds_service.records.database import open_database
from cds_service.records.decision_log import DecisionLog
from tests.auditing import SALT, decision
from tests.performance.a_million_records import made


def main(count: int) -> None:
    for wait in ("FULL", "OFF"):
        with tempfile.TemporaryDirectory() as folder:
            engine = open_database(f"sqlite:///{Path(folder) / 'heel-cds.db'}")
            event.listen(engine, "checkout", lambda raw, *_, wait=wait: raw.execute(f"PRAGMA synchronous={wait}"))
            log = DecisionLog(engine)
            records = [made(1) | {"decision": decision(number)} for number in range(count)]
            began, worked = time.perf_counter(), time.process_time()
            for record in records:
                log.append(record, SALT)
            took, worked = time.perf_counter() - began, time.process_time() - worked
            engine.dispose()
        print(f"synchronous={wait}: {took / count * 1e6:.0f} us, of them {worked / count * 1e6:.0f} of this process")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
