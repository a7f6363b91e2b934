"""The parts of the README that are made from the project itself.

`python -m tests.docs.readme_parts` writes them anew; `test_readme_parts.py` fails while they are stale.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, time

from cards.reading import as_lines
from cds_service import samples
from cds_service.evaluate_file import Evaluation, evaluate_file
from cds_service.services import PREFETCH, SERVICES
from cds_service.settings import PREFIX, SETTINGS, Settings
from knowledge.explain import explain
from knowledge.release import load_release
from tests.components import ROOT

README = ROOT / "README.md"
NOON = datetime.combine(samples.WRITTEN, time(12), UTC)


def evaluated(name: str) -> Evaluation:
    """A packaged patient, evaluated on the day its dates were written for."""
    content = samples.sample(name, samples.WRITTEN).encode()
    return next(evaluate_file(content, Settings.from_env({}), load_release(), None, NOON))


def _lines(evaluation: Evaluation) -> list[str]:
    return as_lines(evaluation.response, evaluation.release.content["reasons"])


def _block(lines: Iterable[str]) -> str:
    return "\n".join(["```text", *lines, "```"])


def _table(first: str, second: str, rows: Iterable[tuple[str, str]]) -> str:
    return "\n".join([f"| {first} | {second} |", "|---|---|", *(f"| `{one}` | {other} |" for one, other in rows)])


def card() -> str:
    return _block(_lines(evaluated("achilles-rupture")))


def worked() -> str:
    """The recorded facts of a packaged patient, the rules that came true, and what was held back."""
    evaluation = evaluated("plantar-heel-pain")
    told = explain(evaluation.decision, evaluation.release)
    derived = evaluation.release.facts.derived
    recorded = (fact for fact in told["facts"] if fact["state"] != "unknown" and fact["name"] not in derived)
    facts = [f"{fact['name']}: {fact['state']}" for fact in recorded if "evidence" in fact]
    rules = [f"{rule['name']}: true -> {rule['topic']}" for rule in told["rules"] if rule["outcome"] == "true"]
    return _block(["Recorded", *_indented(facts), "Rules that hold", *_indented(rules)])


def _indented(lines: Iterable[str]) -> Iterable[str]:
    return (f"  {line}" for line in lines)


def services() -> str:
    return _table("hook", "service", ((service.hook, f"`{service.id}`") for service in SERVICES))


def prefetch() -> str:
    return _table("prefetch key", "query", ((key, f"`{template}`") for key, template in PREFETCH.items()))


def settings() -> str:
    return _table("variable", "meaning", ((PREFIX + name, meaning) for name, meaning in SETTINGS.items()))


PARTS: Mapping[str, Callable[[], str]] = {
    "card": card,
    "worked": worked,
    "services": services,
    "prefetch": prefetch,
    "settings": settings,
}


def written_anew(text: str) -> str:
    """The README's text with every part made anew."""
    for name, make in PARTS.items():
        begin, end = f"<!-- {name}:begin -->\n", f"<!-- {name}:end -->"
        fresh = f"{begin}{make()}\n{end}"
        pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
        if not pattern.search(text):
            raise ValueError(f"{README.name}: the part {name!r} has no place; expected {begin.strip()} and {end}")
        text = pattern.sub(lambda _, fresh=fresh: fresh, text)
    return text


if __name__ == "__main__":
    README.write_text(written_anew(README.read_text("utf-8")), "utf-8")
