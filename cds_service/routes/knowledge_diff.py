"""`GET /knowledge/$diff?from=A&to=B`: what changed from one release to another, in words and as a JSON Patch."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, request

from cds_service.errors import RequestError
from cds_service.release_contents import content_of, digest_of_content
from knowledge.index import versions
from knowledge.patches import difference, for_people

_JSON, _TEXT = "application/json", "text/plain"


def knowledge_diff(releases: Path) -> Blueprint:
    """The route that compares two releases of a folder."""
    routes = Blueprint("knowledge_diff", __name__)

    @routes.get("/knowledge/$diff")
    def diff() -> Response:
        told = _between(_version("from", releases), _version("to", releases), releases)
        wanted = request.accept_mimetypes.best_match([_JSON, _TEXT], default=_JSON)
        if wanted == _TEXT:
            answer = Response(
                "\n".join(told["lines"] or ["no difference"]) + "\n", content_type=f"{_TEXT}; charset=utf-8"
            )
        else:
            answer = Response(json.dumps(told, ensure_ascii=False), content_type=_JSON)
        answer.vary.add("Accept")
        return answer

    return routes


def _version(name: str, releases: Path) -> str:
    """A version that exists, as the query names it. Raises `RequestError` 400 or 404."""
    known = ", ".join(versions(releases))
    given = request.args.get(name)
    if not given:
        raise RequestError(
            400, "required", f"The query names no version in {name}.", f"Give from and to out of {known}."
        )
    if given not in versions(releases):
        raise RequestError(404, "not-found", f"There is no release of the version in {name}.", f"There are {known}.")
    return given


@lru_cache(maxsize=32)
def _between(old: str, new: str, releases: Path) -> dict[str, Any]:
    """What never changes once both are published: `from` and `to` with digests, `lines` for people, and the `patch`."""
    before, after = content_of(old, releases), content_of(new, releases)
    return {
        "from": {"version": old, "digest": digest_of_content(before)},
        "to": {"version": new, "digest": digest_of_content(after)},
        "lines": list(for_people(before, after)),
        "patch": difference(before, after),
    }
