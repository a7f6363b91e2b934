"""The intake form of a release: what is asked, and what is wrong with a form that cannot be answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from knowledge.form import form_problems, groups

FACTS: Mapping[str, Any] = {
    "pop": {"kind": "presence", "finding": "pop", "title": "Sudden pop"},
    "weeks": {"kind": "number", "finding": "weeks", "title": "Weeks of pain", "unit": "wk"},
    "site": {"kind": "choice", "finding": "site", "title": "Site", "system": "sites", "answers": ["heel", "calf"]},
    "pregnant": {"kind": "choice", "title": "Pregnancy", "system": "snomed", "answers": ["77386006"]},
    "complaint": {"kind": "presence", "title": "Complaint", "when": "pop"},
}
GATE = {"any": [{"finding": "pop", "is": True}, {"finding": "weeks", "min": 6}]}
ASKED = ["pop", "weeks", {"finding": "site", "text": "Where is it?", "when": GATE}]


def content(*ask: Any, gate: Any = None, **changed: Any) -> dict[str, Any]:
    group = {"name": "pain", "title": "The pain", "ask": list(ask or ASKED), **({"when": gate} if gate else {})}
    return {
        "facts": FACTS,
        "actions": {"splint": {"local_code": "night-splint"}, "scan": {}},
        "form": {"title": "Form", "purpose": "To ask.", "repeats": ["site"], "groups": [group]},
        "vocabularies": {
            "sites": {"title": "Sites", "codes": {"heel": "Heel", "calf": "Calf"}},
            "heel-orders": {"title": "Orders", "codes": {"night-splint": "Night splint"}},
        },
        **changed,
    }


def test_a_question_is_worded_by_its_fact_unless_the_form_says_otherwise() -> None:
    (group,) = groups(content())
    assert [(one.finding, one.text, one.repeats) for one in group.questions] == [
        ("pop", "Sudden pop", False),
        ("weeks", "Weeks of pain", False),
        ("site", "Where is it?", True),
    ]
    assert [one.gate for one in group.questions] == [None, None, GATE]


def test_a_form_that_asks_for_everything_once_has_no_problem() -> None:
    assert list(form_problems(content())) == []


def test_a_release_without_a_form_has_no_problem() -> None:
    assert list(form_problems({"facts": FACTS})) == []


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (content("pop", "weeks", "site", "pop"), "'pop' is asked for twice"),
        (content("pop", "weeks"), "the finding 'site' is not asked for"),
        (content("pop", "weeks"), "form.repeats: 'site' is not asked for"),
        (content(*ASKED, "rash"), "there is no finding 'rash'"),
        (content(*ASKED, "complaint"), "there is no finding 'complaint'"),
        (content(ASKED[2], "pop", "weeks"), "form.pain.site: looks at 'pop', which is not asked before it"),
        (content(gate={"all": [{"finding": "pop", "is": True}]}), "form.pain: looks at 'pop', which is not asked"),
        (
            content("pop", "weeks", {"finding": "site", "when": {"any": [{"finding": "weeks", "is": True}]}}),
            "'weeks' is never answered so",
        ),
        (
            content("pop", "weeks", {"finding": "site", "when": {"any": [{"finding": "pop", "min": 1}]}}),
            "'pop' is never answered so",
        ),
        (
            content("site", "pop", {"finding": "weeks", "when": {"any": [{"finding": "site", "is": "toe"}]}}),
            "'site' is never answered so",
        ),
        (content(vocabularies={}), "vocabularies.sites: 'heel' has no name"),
        (content(vocabularies={}), "vocabularies.heel-orders: 'night-splint' has no name"),
    ],
)
def test_a_form_that_cannot_be_answered_is_told(broken: dict[str, Any], said: str) -> None:
    assert any(said in problem for problem in form_problems(broken))


def test_a_group_is_not_named_like_a_finding() -> None:
    broken = content()
    broken["form"]["groups"][0]["name"] = "pop"
    assert list(form_problems(broken)) == ["form: 'pop' names a group and a finding"]
