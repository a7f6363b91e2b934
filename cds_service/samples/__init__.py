"""Made-up patients to try the service with, as CDS Hooks requests.

The files carry real dates around `WRITTEN`; they are moved to the day of use, since findings age.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

WRITTEN = date(2026, 11, 20)
_FOLDER = Path(__file__).parent
_DATE = re.compile(r'(?<=")(\d{4}-\d{2}-\d{2})(?=["T])')
_BIRTH = re.compile(r'"birthDate":\s*"')


def names() -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.json")))


def sample(name: str, today: date) -> str:
    """The request as JSON text, as if written on `today`; the date of birth stays."""
    text = (_FOLDER / f"{name}.json").read_text("utf-8")
    shift = today - WRITTEN

    def moved(found: re.Match[str]) -> str:
        if _BIRTH.search(text[max(0, found.start() - 20) : found.start()]):
            return found[0]
        return (date.fromisoformat(found[1]) + timedelta(days=shift.days)).isoformat()

    return _DATE.sub(moved, text)


def write_samples(folder: Path, today: date | None = None) -> dict[str, Path]:
    """Write all samples as of today; name to file."""
    folder.mkdir(parents=True, exist_ok=True)
    written = {}
    for name in names():
        written[name] = folder / f"{name}.json"
        written[name].write_text(sample(name, today or date.today()), "utf-8")
    return written
