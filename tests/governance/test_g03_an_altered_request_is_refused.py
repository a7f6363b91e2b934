"""G-3: a request altered in any value is refused for replay, and the refusal repeats nothing of it."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

from cds_service.records.commitment import committed, matches, without_token
from tests.auditing import audit
from tests.conftest import AppMaker
from tests.replaying import call, leaves, record_file, replay, request_of


def altered(request: dict[str, Any], path: tuple[Any, ...]) -> bytes:
    """The request with one value changed as little as can be."""
    other = copy.deepcopy(request)
    holder: Any = other
    for key in path[:-1]:
        holder = holder[key]
    value = holder[path[-1]]
    number = isinstance(value, int | float) and not isinstance(value, bool)
    holder[path[-1]] = value + 1 if number else f"{value}1"
    return json.dumps(other).encode()


def test_every_single_value_matters(make_app: AppMaker, tmp_path: Path) -> None:
    home = tmp_path / "service"
    request = request_of("rupture")
    answered = call(make_app(home=str(home)).test_client(), request)
    entry = json.loads(record_file(home, answered, tmp_path).read_text("utf-8"))
    salt, value = entry["salt"], entry["record"]["commitment"]["request"]
    places = [path for path, _ in leaves(request)]
    assert len(places) > 60
    for path in places:
        assert not matches(salt, altered(request, path), value), path
    assert matches(salt, answered.request, value)


def test_the_refusal_says_so_and_nothing_else(make_app: AppMaker, tmp_path: Path) -> None:
    home = tmp_path / "service"
    request = request_of("rupture")
    answered = call(make_app(home=str(home)).test_client(), request)
    record = record_file(home, answered, tmp_path)
    request["prefetch"]["patient"]["birthDate"] = "1911-01-01"
    told = replay(record, json.dumps(request).encode())
    assert (told.status, told.out) == (1, b"")
    assert "The request is not the one this decision was made on." in told.err
    assert "1911" not in told.err


def test_white_space_between_members_is_no_change(make_app: AppMaker, tmp_path: Path) -> None:
    home = tmp_path / "service"
    answered = call(make_app(home=str(home)).test_client(), request_of("rupture"))
    record = record_file(home, answered, tmp_path)
    request = json.loads(answered.request)
    spellings = [json.dumps(request, indent=2), json.dumps(request, separators=(",", ":")), f"{json.dumps(request)}\n"]
    for spelling in spellings:
        assert replay(record, spelling.encode()).out == answered.answer


def test_a_file_that_curl_sent_without_its_line_ends_is_the_request_that_was_sent() -> None:
    file = json.dumps(request_of("rupture"), indent=1).encode()
    assert matches("ab" * 32, file, committed("ab" * 32, file.replace(b"\n", b"")))


def test_white_space_within_a_text_is_one() -> None:
    salt = "ab" * 32
    value = committed(salt, b'{"note": "no  pain, at: rest"}')
    assert matches(salt, b'{"note":"no  pain, at: rest"}', value)
    assert not matches(salt, b'{"note": "no pain, at: rest"}', value)
    assert not matches(salt, b'{"note": "no  pain,at: rest"}', value)


def test_only_the_token_may_be_missing() -> None:
    body = b'{"fhirAuthorization": {"access_token" : "a\\"b"}, "note": "\\"access_token\\": \\"x\\""}'
    assert without_token(body) == b'{"fhirAuthorization": {"access_token" : ""}, "note": "\\"access_token\\": \\"x\\""}'


def test_two_equal_requests_have_unrelated_commitments_and_an_erased_salt_ends_matching(
    make_app: AppMaker, tmp_path: Path
) -> None:
    """G-35, the commitment's part."""
    home = tmp_path / "service"
    service = make_app(home=str(home)).test_client()
    one, other = (call(service, request_of("rupture")) for _ in range(2))
    records = [record_file(home, answered, tmp_path) for answered in (one, other)]
    assert len({json.loads(r.read_text("utf-8"))["record"]["commitment"]["request"] for r in records}) == 2
    assert audit(home, "erase", one.decision, "--reason", "erasure-request").status == 0
    erased = replay(record_file(home, one, tmp_path), one.request)
    assert erased.status == 1
    assert "The salt of this decision was erased." in erased.err
    assert audit(home, "verify").status == 0
