"""The engine agrees with a second evaluator that was written to be simple and nothing else."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from knowledge.engine import judge
from knowledge.release import Release
from tests.invariants.generated import HOOKS, NOW, TRUTHS, bounded, facts_told, real_release, rule_sets, told
from tests.invariants.naive import Naive, Told


def agree(release: Release, known: dict[str, Told], hook: str, *, asking: bool) -> None:
    decision = judge(release, facts_told(release, known), hook, NOW)
    naive = Naive(dict(release.content), known)
    verdict = naive.verdict(hook)
    assert {name: TRUTHS[truth] for name, truth in decision.outcomes.items()} == verdict.outcomes
    assert [recommended.topic for recommended in decision.recommended] == list(verdict.shown)
    assert {(held.topic, held.reason) for held in decision.withheld} == verdict.withheld
    assert decision.failed == ()
    for recommended in decision.recommended:
        carriers = naive.carriers(release.content["rules"][recommended.rule]["when"])
        assert set(recommended.facts) == {name for name in carriers if name not in known or known[name].known}
    if asking:
        assert set(decision.unknown) == naive.unknown(hook)


@bounded(150)
@given(st.data())
def test_on_rule_sets_drawn_at_random(data: st.DataObject) -> None:
    release = data.draw(rule_sets())
    agree(release, data.draw(told(release)), data.draw(st.sampled_from(["patient-view", "order-sign"])), asking=True)


@bounded(500)
@given(st.data())
def test_on_the_release_in_force(data: st.DataObject) -> None:
    release = real_release()
    agree(release, data.draw(told(release)), data.draw(st.sampled_from(HOOKS)), asking=False)


@bounded(12)
@given(st.data())
def test_on_what_the_release_in_force_asks_for(data: st.DataObject) -> None:
    release = real_release()
    agree(release, data.draw(told(release)), data.draw(st.sampled_from(HOOKS[:4])), asking=True)
