"""JSON from outside: a value that is safe to walk, or a refusal that says where it breaks."""

from __future__ import annotations

import pytest

from cds_service.errors import RequestError
from cds_service.intake.json_text import DEEPEST, read_json, read_object

WRONG = {
    "nothing": b"",
    "blanks": b" \n",
    "half an object": b'{"hook": "pat',
    "a word": b"hello",
    "not a number": b'{"a": NaN}',
    "infinity": b'{"a": -Infinity}',
    "a number too large": b'{"a": 1e999}',
    "a comment": b'{"a": 1} // one',
    "a trailing comma": b'{"a": 1,}',
    "two values": b"{} {}",
    "a stray brace": b"{}}",
    "single quotes": b"{'a': 1}",
    "a control character": b'{"a": "\x01"}',
    "half of a surrogate pair": b'{"a": "\\ud800"}',
    "bytes that are no UTF-8": b'{"a": "\xff"}',
    "a surrogate in UTF-8": b'{"a": "\xed\xa0\x80"}',
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "UTF-16 without a mark": '{"a": 1}'.encode("utf-16-be"),
    "UTF-32": '{"a": 1}'.encode("utf-32"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_not_json_is_refused_with_400_and_the_reason(name: str) -> None:
    with pytest.raises(RequestError) as refused:
        read_json(WRONG[name])
    assert refused.value.status == 400
    assert refused.value.code == "structure"
    assert "UTF-8" in refused.value.diagnostics


@pytest.mark.parametrize("name", ["UTF-16", "UTF-16 without a mark", "UTF-32"])
def test_another_encoding_is_named(name: str) -> None:
    with pytest.raises(RequestError) as refused:
        read_json(WRONG[name])
    assert "UTF-16" in refused.value.diagnostics or "not UTF-8" in refused.value.diagnostics


def test_a_byte_order_mark_is_passed_over() -> None:
    assert read_json(b'\xef\xbb\xbf{"a": 1}') == {"a": 1}


@pytest.mark.parametrize("opening", [b"[", b'{"a":'])
@pytest.mark.parametrize("depth", [DEEPEST + 1, 900, 100_000])
def test_json_that_nests_too_deep_is_refused(opening: bytes, depth: int) -> None:
    closing = b"]" if opening == b"[" else b"}"
    with pytest.raises(RequestError) as refused:
        read_json(opening * depth + b"1" + closing * depth)
    assert refused.value.status == 400
    assert str(DEEPEST) in refused.value.text


def test_json_that_nests_as_deep_as_is_allowed_is_read() -> None:
    assert read_json(b"[" * DEEPEST + b"]" * DEEPEST)


@pytest.mark.parametrize("body", [b"[]", b'"x"', b"12", b"null", b"true"])
def test_a_request_that_is_no_object_is_refused(body: bytes) -> None:
    with pytest.raises(RequestError) as refused:
        read_object(body)
    assert "not an object" in refused.value.text


@pytest.mark.parametrize(
    "body",
    [
        b'{"hook": "a", "hook": "b"}',
        b'{"context": {}, "context": {}}',
        b'{"context": {"patientId": "1", "patientId": "2"}}',
        b'{"prefetch": {"patient": null, "patient": null}}',
        b'{"fhirAuthorization": {"access_token": "a", "access_token": "b"}}',
        b'{"hook": "a", "\\u0068ook": "b"}',
    ],
)
def test_a_member_that_comes_twice_is_refused_where_it_would_decide_whose_call_it_is(body: bytes) -> None:
    with pytest.raises(RequestError) as refused:
        read_object(body)
    assert "twice" in refused.value.text


def test_a_member_that_comes_twice_in_a_resource_does_not_cost_the_call() -> None:
    read = read_object(b'{"prefetch": {"patient": {"id": "1", "id": "2"}}}')
    assert read == {"prefetch": {"patient": {"id": "2"}}}
