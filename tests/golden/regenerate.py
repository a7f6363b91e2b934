"""Write the answers to all golden patients anew: `python -m tests.golden.regenerate`. Read the diff, then keep it."""

from __future__ import annotations

from tests.golden.answers import KEPT, Kept, texts_of
from tests.golden.patients import PATIENTS


def main() -> None:
    """Replace every kept answer; those of patients who are gone are removed."""
    for kept in KEPT:
        _renew(kept)


def _renew(kept: Kept) -> None:
    kept.folder.mkdir(exist_ok=True)
    wanted = {path: text for name in PATIENTS for path, text in texts_of(kept, name).items()}
    for path in set(kept.folder.iterdir()) - set(wanted):
        path.unlink()
        print(f"removed {kept}/{path.name}")
    for path, text in wanted.items():
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")
            print(f"wrote {kept}/{path.name}")


if __name__ == "__main__":
    main()
