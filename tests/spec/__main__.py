"""`python -m tests.spec [RELEASE]` prints the specification as one document, of the newest release by default."""

from __future__ import annotations

import sys

from tests.spec.document import document, releases


def main(arguments: list[str]) -> int:
    known = releases()
    chosen = arguments or known[-1:]
    if len(chosen) != 1 or chosen[0] not in known:
        print(f"usage: python -m tests.spec [{' | '.join(known)}]", file=sys.stderr)
        return 2
    print(document(chosen[0]), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
