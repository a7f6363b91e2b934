"""G-4: decision id, release and its digest, engine, policy and instant are in every answer, also in an empty one."""

from __future__ import annotations

import json
import re

import pytest
from flask.testing import FlaskClient

from tests.calls import OURS
from tests.conftest import AppMaker
from tests.golden.patients import PATIENTS
from tests.replaying import call, request_of

PAGES = {"public_url": "https://cds.example.org"}
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


@pytest.mark.parametrize("name", sorted(PATIENTS))
def test_it_is_there(http: FlaskClient, name: str) -> None:
    ours = json.loads(call(http, request_of(name)).answer)["extension"][OURS]
    assert re.fullmatch(r"[0-9a-f-]{36}", ours["decisionId"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", ours["evaluatedAt"])
    assert re.fullmatch(r"\d+\.\d+\.\d+", ours["knowledge"]["version"])
    for digest in (ours["knowledge"]["digest"], ours["engine"]["digest"], ours["policy"]["digest"]):
        assert DIGEST.fullmatch(digest)


def test_the_policy_has_another_digest_for_another_policy(make_app: AppMaker) -> None:
    settings = ({}, {"max_cards": "1"}, {"language": "es"}, {"order_intent": "order"}, PAGES)
    answers = [call(make_app(**given).test_client(), request_of("rupture")).answer for given in settings]
    digests = {json.loads(answer)["extension"][OURS]["policy"]["digest"] for answer in answers}
    assert len(digests) == len(settings)
