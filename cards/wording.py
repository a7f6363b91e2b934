"""Reading the words of a release: everything a clinician reads on a card stands there, not here.

What must be worded, in `wording/<language>`:

- `phrases`: every key of `PHRASES`; where its value below shows `{braces}`, the phrase must hold them
- `topics`: `headline` (complete and safe alone, at most 80 characters), `do` (1 to 4 short sentences),
  `also` (one sentence, used where another recommendation leads the card), `caution` (optional sentence)
- `rules`, optional: of one rule, those parts of its topic's words that it says otherwise
- `actions`: `label`, `description`, `text`
- `facts`: phrases that read well inside a sentence, in lower case unless a name, without a full stop:
  a presence has `present`, `absent`; a number `value` holding `{value}` and, if wanted, `{unit}`;
  a choice `answers`; each has `ask`, the thing that is not known, as a noun phrase: "single-leg heel raise"
- `override_reasons`: what the user picks
- `differentials`, where the release has any: one line for each, the finding first

A language other than English also words what stands outside of `wording` in English: `reasons`, why a
recommendation is held back, and `evidence`, what the source that leads a recommendation says.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from cards.languages import language_among
from knowledge.decision import Fact, Interval, Recommended
from knowledge.explain import spelled
from knowledge.release import Release
from knowledge.truth import Truth

_ABOUT = Decimal("0.5")
_BRACES = re.compile(r"\{(\w+)\}")

# key -> what it is for; the English of it reads like the text given here.
PHRASES: Mapping[str, str] = MappingProxyType(
    {
        "why": "Why",
        "not_known": "Not known",
        "do": "Do",
        "do_now": "Do now",
        "also": "Also",
        "how_sure": "How sure",
        "would_change": "An answer could change this advice.",
        "would_not_change": "It would not change this advice.",
        "none_known": "Nothing that would change this advice.",
        "recorded_on": "{facts} ({date})",
        "as_far_as_recorded": "{facts}, as far as recorded",
        "unread": "Records that could not be read: {count}.",
        "strangers": "Records of another patient, left out: {count}.",
        "age_unknown": "Age is not recorded; this advice is for people of 16 and over.",
        "incomplete": "Not every record could be had; what is missing counts as unknown.",
        "failed_summary": "Heel-pain advice is incomplete: some of its safety checks could not be made",
        "failed_detail": "Some rules could not be evaluated. Do not take missing advice as reassurance.",
        "decision": "decision",
        "draft_unread": "Drugs being ordered that could not be interpreted and were not checked: {count}.",
        "draft_unread_summary": "A drug being ordered could not be interpreted, so no safety check was made for it",
        "draft_unread_detail": "Check by hand whether it is an anti-inflammatory, a fluoroquinolone or a steroid.",
        "remove_draft": "Remove this draft order",
        "remove_draft_description": "Removes the draft order this card is about; nothing else is changed",
        "grade_high": "high certainty",
        "grade_moderate": "moderate certainty",
        "grade_low": "low certainty",
        "grade_expert": "expert opinion",
        "unconfirmed": "expert consensus, awaiting clinical review",
        "partly_unconfirmed": "in part expert consensus, awaiting clinical review",
        "left": "left",
        "right": "right",
        "between": "{low} to {high}",
        "over": "over {low}",
        "at_least": "at least {low}",
        "under": "under {high}",
        "at_most": "at most {high}",
        "months": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
        "tells_apart": "Tells apart",
        "review_overdue": "Its sources were to be looked at again by {date}; check for newer guidance.",
        "check": "Check",
        "outdated": "{facts}, last recorded {date}",
        "disagreeing": "{facts}, recorded differently",
    }
)
# The same in other languages, for releases that were published before a phrase was asked for.
_SINCE: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "es": {
            "check": "Por comprobar",
            "outdated": "{facts}, último registro {date}",
            "disagreeing": "{facts}, registros discordantes",
        }
    }
)


class Wording:
    """The words of one release in one language, English where the release lacks it."""

    def __init__(self, release: Release, language: str) -> None:
        worded: Mapping[str, Any] = release.content["wording"]
        self._release = release
        spoken = language_among([language], worded)
        self._words: Mapping[str, Any] = worded[spoken]
        self._phrases: Mapping[str, str] = {**PHRASES, **_SINCE.get(spoken, {}), **self._words["phrases"]}

    def phrase(self, key: str, **values: object) -> str:
        """A fixed phrase, with its `{braces}` filled; a release older than the phrase is read with ours."""
        return _filled(self._phrases[key], values)

    @property
    def months(self) -> tuple[str, ...]:
        """The twelve short names of the months."""
        return tuple(self.phrase("months").split())

    def topic(self, topic: str) -> Mapping[str, Any]:
        """`headline`, `do`, `also` and perhaps `caution` of a recommendation."""
        words: Mapping[str, Any] = self._words["topics"][topic]
        return words

    def advice(self, member: Recommended) -> Mapping[str, Any]:
        """The words of a recommendation, with what the rule that gave it says otherwise than its topic."""
        return {**self.topic(member.topic), **self._words.get("rules", {}).get(member.rule, {})}

    def says_itself(self, rule: str) -> bool:
        """Whether a rule has words of its own."""
        return rule in self._words.get("rules", {})

    def action(self, name: str) -> Mapping[str, str]:
        """`label`, `description` and `text` of a suggested order."""
        words: Mapping[str, str] = self._words["actions"][name]
        return words

    def override_reason(self, name: str) -> str:
        return str(self._words["override_reasons"][name])

    @property
    def reasons(self) -> Mapping[str, str]:
        """Why recommendations are held back, by reason code."""
        return {**self._release.content["reasons"], **self._words.get("reasons", {})}

    def evidence(self, name: str) -> str:
        """What a source says, in one sentence."""
        return str(self._words.get("evidence", {}).get(name) or self._release.content["evidence"][name]["says"])

    def differential(self, name: str) -> str:
        """The finding that tells two causes apart, and what each of its answers speaks for."""
        return str(self._words["differentials"][name])

    def ask(self, name: str) -> str | None:
        """What is not known when this fact is unknown; None for a fact nobody can be asked."""
        words: Mapping[str, str] = self._words["facts"].get(name, {})
        return words.get("ask")

    def fact(self, fact: Fact) -> str | None:
        """What is known of a fact, in words; None where it is unknown or never spoken of."""
        words = self._words["facts"].get(fact.name)
        if words is None or fact.truth is Truth.UNKNOWN:
            return None
        if fact.number is not None:
            return _filled(words["value"], {"value": spelled(_rounded(fact.number), self._phrases), "unit": fact.unit})
        if fact.choices:
            answers = (words["answers"].get(choice) for choice in fact.choices)
            return ", ".join(answer for answer in answers if answer) or None
        return str(words["present" if fact.truth is Truth.TRUE else "absent"])


def _rounded(number: Interval) -> Interval:
    """A number known within half a unit, as people would say it: the whole number if that is what it is about."""
    if number.low is None or number.high is None or not 0 < number.high - number.low < _ABOUT:
        return number
    middle = (number.low + number.high) / 2
    whole = middle.to_integral_value()
    near = number.low <= whole <= number.high and max(whole - number.low, number.high - whole) <= _ABOUT / 2
    return Interval(whole, whole) if near else Interval(middle, middle)


def _filled(template: str, values: Mapping[str, object]) -> str:
    # Not `str.format`: a template must not reach into what it is given, nor what it is given into it.
    return _BRACES.sub(lambda found: str(values.get(found.group(1), found.group())), template)
