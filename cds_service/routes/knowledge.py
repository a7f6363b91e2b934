"""`GET /knowledge`: the releases, their source attributes and their rules, for people and as JSON.

What stands under a version never changes but for its status. Browsers get pages; others, and addresses that end
in `.json`, get JSON.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
from flask import Blueprint, Response, render_template, request

from cds_service.errors import RequestError
from cds_service.published import Published
from cds_service.services import SERVICES
from cds_service.source_attributes import document
from knowledge.attributes import intended_use
from knowledge.errors import ReleaseError
from knowledge.index import NAME, RELEASES, Event, numbered
from knowledge.plain import rule_told
from knowledge.release import Release, load_release

JSON, HTML = "application/json", "text/html; charset=utf-8"
_SUFFIX = ".json"
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


class Shelf:
    """The releases whose history `events` tells; each is loaded when it is first asked for.

    `base` stands before every link, where the pages are read under another address than this service's own.
    """

    def __init__(self, events: Callable[[], Sequence[Event]], folder: Path = RELEASES, base: str = "") -> None:
        self.base = base
        self._events = events
        self._folder = folder
        self._loaded: dict[str, Release] = {}

    @property
    def events(self) -> Sequence[Event]:
        """The history of the index."""
        return self._events()

    def release(self, name: str, version: str) -> Release:
        """Raises `RequestError` 404 for one that does not exist, 503 for one that is damaged."""
        if name != NAME or version not in {event["version"] for event in self.events}:
            raise _not_found("release", "GET /knowledge lists them.")
        if version not in self._loaded:
            try:
                self._loaded[version] = load_release(version, self._folder)
            except ReleaseError:
                raise RequestError(
                    503, "exception", "This release is damaged.", "Run `heel-cds knowledge verify`."
                ) from None
        return self._loaded[version]

    def link(self, *parts: str) -> str:
        return "/".join((f"{self.base}/knowledge", *parts))

    def status(self, version: str) -> str:
        return next((event["status"] for event in reversed(self.events) if event["version"] == version), "draft")


def knowledge_pages(published: Published, folder: Path, base: str = "") -> Blueprint:
    """The routes of the releases in a folder."""
    routes = Blueprint("knowledge", __name__)
    shelf = Shelf(lambda: published.events, folder, base)

    @lru_cache(maxsize=32)
    def attributes_of(version: str, service_id: str | None, _history: int) -> dict[str, Any]:
        service = next((one for one in SERVICES if one.id == service_id), None)
        if service_id and not service:
            raise _not_found("service", "GET /cds-services lists them.")
        return document(shelf.release(NAME, version), shelf.events, service)

    @routes.get("/knowledge")
    @routes.get("/knowledge.json")
    def releases() -> Response:
        versions = sorted({event["version"] for event in shelf.events}, key=numbered, reverse=True)
        return answered("releases", {"releases": [_listed(version, shelf) for version in versions]}, ())

    @routes.get("/knowledge/<name>/<version>")
    def release(name: str, version: str) -> Response:
        found = shelf.release(name, version.removesuffix(_SUFFIX))
        return answered("release", _release(found, shelf), [shelf.link()])

    @routes.get("/knowledge/<name>/<version>/attributes")
    @routes.get("/knowledge/<name>/<version>/attributes.json")
    @routes.get("/knowledge/<name>/<version>/attributes/<service>")
    def attributes(name: str, version: str, service: str | None = None) -> Response:
        found = shelf.release(name, version)
        told = attributes_of(found.version, service.removesuffix(_SUFFIX) if service else None, len(shelf.events))
        return answered("attributes", told, [shelf.link(), shelf.link(name, version)])

    @routes.get("/knowledge/<name>/<version>/rules/<rule>")
    def rule(name: str, version: str, rule: str) -> Response:
        found, plain = shelf.release(name, version), rule.removesuffix(_SUFFIX)
        if plain not in found.content["rules"]:
            raise _not_found("rule", f"GET /knowledge/{name}/{version} lists those of this release.")
        told = {"knowledge": _named(found), "status": shelf.status(version), **rule_told(plain, found)}
        return answered("rule", told, [shelf.link(), shelf.link(name, version)])

    return routes


def _not_found(what: str, hint: str) -> RequestError:
    return RequestError(404, "not-found", f"There is no such {what}.", hint)


def _named(release: Release) -> dict[str, str]:
    return {"name": release.name, "version": release.version, "digest": release.digest}


def _listed(version: str, shelf: Shelf) -> dict[str, Any]:
    """A release as the index tells of it: none is loaded for the list."""
    last = next(event for event in reversed(shelf.events) if event["version"] == version)
    links = {"url": shelf.link(NAME, version), "attributes": shelf.link(NAME, version, "attributes")}
    return {"name": NAME, **{key: last[key] for key in ("version", "status", "at", "digest")}, **links}


def _release(release: Release, shelf: Shelf) -> dict[str, Any]:
    place = (release.name, release.version)
    rules = [
        {"rule": one.name, "statement": release.content["rules"][one.name]["statement"], "indicator": one.indicator,
         "url": shelf.link(*place, "rules", one.name)}
        for one in release.rules
    ]  # fmt: skip
    services = {service.id: shelf.link(*place, "attributes", service.id) for service in SERVICES}
    return {
        "knowledge": _named(release),
        "title": release.content["title"],
        "status": shelf.status(release.version),
        "changes": release.content["changes"],
        "intended_use": intended_use(release),
        "attributes": shelf.link(*place, "attributes"),
        "services": services,
        "rules": rules,
    }


def answered(template: str, told: dict[str, Any], above: Sequence[str]) -> Response:
    """The data as JSON, or for a browser as a page; `above` are the addresses of the pages this one belongs to."""
    if _wants_json():
        answer = Response(msgspec.json.encode(told), content_type=JSON)
    else:
        answer = Response(render_template(f"knowledge/{template}.html", above=above, **told), content_type=HTML)
        answer.headers["Content-Security-Policy"] = _POLICY
        answer.headers["Content-Language"] = "en"
    answer.headers["Vary"] = "Accept"
    answer.headers["Cache-Control"] = "no-cache"
    return answer


def _wants_json() -> bool:
    return request.path.endswith(_SUFFIX) or request.accept_mimetypes.best_match([JSON, "text/html"], JSON) == JSON
