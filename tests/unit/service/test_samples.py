"""The packaged patients stay fresh: their dates move to the day of use, the date of birth does not."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from cds_service import samples


@pytest.mark.parametrize("name", samples.names())
def test_the_dates_move_with_the_day_of_use(name: str) -> None:
    written = samples.sample(name, samples.WRITTEN)
    later = samples.sample(name, samples.WRITTEN + timedelta(days=400))
    assert json.loads(written)["prefetch"]["patient"] == json.loads(later)["prefetch"]["patient"]
    assert json.loads(written)["prefetch"]["observations"] != json.loads(later)["prefetch"]["observations"]


def test_no_sample_speaks_of_the_future() -> None:
    today = date(2031, 3, 1)
    for name in samples.names():
        text = samples.sample(name, today)
        dates = [date.fromisoformat(part[:10]) for part in text.split('"') if part[:2] == "20" and part[4:5] == "-"]
        assert dates
        assert max(dates) <= today
