"""Whatever a caller sends is answered or refused in words; nothing makes the service fail. A fixed number of cases."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.calls import injection, ordering, sample, service_of
from tests.conftest import AppMaker
from tests.tokens import PATH, calling, part, production, refused, token

SEED = 20261125
BODIES = 2000
TOKENS = 3000
ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 1e308, 10**30, "", " ", "\x00", "é" * 300, "<b>", "{{x}}", "../..", [], {}, [[]], [None],
    {"": {}}, "2026-13-45", "9999-12-31T23:59:59Z", "0001-01-01", {"resourceType": "Bundle"}, {"resourceType": 5},
    ["x"] * 50, {"value": "NaN"}, "Patient/", "urn:uuid:x", "http://[", {"coding": [{"code": []}]},
    {"reference": {"reference": ""}},
)  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where each member stands."""
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, member in members:
        yield (*path, key)
        yield from places(member, (*path, key))


def altered(request: Any, dice: random.Random) -> Any:
    """The request with one to three members removed, doubled, moved or made odd."""
    made = copy.deepcopy(request)
    for _ in range(dice.randint(1, 3)):
        found = list(places(made))
        *way, key = dice.choice(found)
        holder = made
        for step in way:
            holder = holder[step]
        match dice.randrange(4):
            case 0:
                del holder[key]
            case 1 if isinstance(holder, list):
                holder.append(copy.deepcopy(holder[key]))
            case 2:
                *other, last = dice.choice(found)
                taken = made
                try:
                    for step in other:
                        taken = taken[step]
                    holder[key] = copy.deepcopy(taken[last])
                except (KeyError, IndexError, TypeError):
                    holder[key] = None
            case _:
                holder[key] = copy.deepcopy(dice.choice(ODD))
        if not list(places(made)):
            break
    return made


@pytest.fixture(scope="module")
def requests() -> list[tuple[str, Any]]:
    drafted = ordering("order-sign", injection())
    return [("patient-view", sample()), ("order-sign", drafted)]


def test_no_body_makes_the_service_fail(make_app: AppMaker, requests: list[tuple[str, Any]]) -> None:
    http, dice = make_app(deadline="30", calls_per_minute="0").test_client(), random.Random(SEED)
    for number in range(BODIES):
        hook, request = dice.choice(requests)
        body = json.dumps(altered(request, dice)).encode()
        if number % 10 == 0:  # no longer JSON, or JSON of which bytes were lost
            cut = dice.randrange(len(body))
            noise = bytes(dice.randrange(256) for _ in range(dice.randrange(4)))
            body = body[:cut] + noise + body[cut + dice.randrange(9) :]
        answer = http.post(service_of(hook), data=body, content_type="application/json")
        assert answer.status_code < 500, (number, answer.text)
        assert answer.json.keys() >= ({"cards"} if answer.status_code == 200 else {"issue"})


def test_no_feedback_makes_the_service_fail(make_app: AppMaker) -> None:
    http, dice = make_app(deadline="30", calls_per_minute="0").test_client(), random.Random(SEED)
    [card] = http.post(service_of("patient-view"), json=sample()).json["cards"]
    reported = {
        "feedback": [
            {
                "card": card["uuid"],
                "outcome": "overridden",
                "outcomeTimestamp": "2026-11-25T10:00:00Z",
                "overrideReason": {"reason": card["overrideReasons"][0], "userComment": "no"},
            }
        ]
    }
    for _ in range(BODIES // 5):
        answer = http.post(f"{service_of('patient-view')}/feedback", json=altered(reported, dice))
        assert answer.status_code in (200, 400), answer.text


def spoiled(good: str, dice: random.Random) -> str:
    """An Authorization header that is not good: another scheme, a segment bent, a header or claims of another kind."""
    header, claims, signature = good.split(".")
    match dice.randrange(6):
        case 0:
            odd_ones = ["", "Bearer", "Bearer ", "Basic eDp5", f"bearer {good}x", "Bearer " + "a" * 9000, "Bearer .."]
            return dice.choice(odd_ones)
        case 1:  # one letter of the signed part another
            text, at = f"{header}.{claims}", dice.randrange(len(header) + len(claims))
            return f"Bearer {text[:at]}{'A' if text[at] != 'A' else 'B'}{text[at + 1 :]}.{signature}"
        case 2:
            odd = {"alg": dice.choice(ODD), "typ": "JWT", "kid": dice.choice(ODD), "jku": dice.choice(ODD)}
            return f"Bearer {part(odd)}.{claims}.{signature}"
        case 3:
            names = ("iss", "aud", "exp", "iat", "jti", "sub", "tenant")
            return f"Bearer {header}.{part({name: dice.choice(ODD) for name in names})}.{signature}"
        case 4:
            algorithm = dice.choice(["none", "None", "HS256", "HS384", "ES256", "PS384", "EdDSA", ""])
            unsigned = part({"alg": algorithm, "typ": "JWT", "kid": "first"})
            return f"Bearer {unsigned}.{claims}.{dice.choice(['', signature])}"
        case _:
            segments = [header, claims, signature, "", "e30", "bnVsbA", part(ODD[-1])]
            return "Bearer " + ".".join(dice.choice(segments) for _ in range(dice.randint(1, 5)))


def test_no_token_makes_the_service_fail_and_none_but_a_good_one_is_let_in(make_app: AppMaker, tmp_path: Path) -> None:
    http, dice = production(make_app, tmp_path, settings={"calls_per_minute": "0"}), random.Random(SEED)
    good = token()
    for number in range(TOKENS):
        given = spoiled(good, dice)
        if given == f"Bearer {good}":
            continue
        answer = http.post(PATH, data="{", content_type="application/json", headers={"Authorization": given})
        assert refused(answer), (number, given)
    assert calling(http, good).status_code == 200
