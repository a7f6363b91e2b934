"""Several questions put to one FHIR server at once, for as long as the deadline allows."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace

from cds_service.errors import Upstream
from cds_service.intake.authorization import Authorization, Reach
from cds_service.intake.deadline import Deadline
from cds_service.intake.fhir_client import FhirClient
from cds_service.intake.prefetch import Answer, Query, State, answer_of

LOG = logging.getLogger(__name__)
UNSUPPORTED = frozenset({"status 404", "status 410", "status 501"})  # a search for a type the server does not have


@dataclass(slots=True)
class Fetch:
    """One question: where it starts, what came so far, and how it ended. Filled by one thread, read by another."""

    query: Query
    url: str
    partial: bool = False  # the token lets us see a part only
    pages: list[Answer] = field(default_factory=list)
    cause: str = "time ran out"

    def answer(self) -> Answer:
        """What is known of it by now."""
        pages = list(self.pages)
        if not pages:
            state = State.ABSENT if self.query.search and self.cause in UNSUPPORTED else State.ERROR
            return Answer(state, whole=False, why=f"the FHIR server: {self.cause}", fault=self.cause)
        found = joined(pages)
        return replace(
            found, whole=found.whole and not self.cause and not self.partial, next_url=None, fault=self.cause
        )


def joined(pages: Sequence[Answer]) -> Answer:
    """Pages of one list as one answer; a page that failed leaves the others standing."""
    states = {page.state for page in pages}
    failed = State.ERROR in states
    state = next(s for s in (State.DATA, State.ERROR, State.EMPTY, State.NULL, State.ABSENT) if s in states)
    return Answer(
        state=state,
        resources=tuple(resource for page in pages for resource in page.resources),
        unread=sum(page.unread for page in pages),
        whole=all(page.whole for page in pages) and not failed,
        next_url=pages[-1].next_url,
        why=next((page.why for page in pages if page.why), ""),
        # The total each page states is that of the whole list.
        entries=sum(page.entries for page in pages),
        total=max((page.total for page in pages if page.total is not None), default=None),
    )


def fetch_all(client: FhirClient, fetches: Sequence[Fetch], deadline: Deadline) -> list[Answer]:
    """The answers, in the order of the fetches. Returns at the deadline with what has come until then."""
    if not fetches:
        return []
    workers = ThreadPoolExecutor(max_workers=client.access.connections, thread_name_prefix="fhir")
    try:
        wait([workers.submit(_follow, client, fetch) for fetch in fetches], timeout=deadline.remaining())
        answers = [fetch.answer() for fetch in fetches]
    finally:
        workers.shutdown(wait=False, cancel_futures=True)
    for fetch in fetches:
        if fetch.cause:
            LOG.warning("a FHIR query was not answered in full", extra={"stage": fetch.query.key, "cause": fetch.cause})
    return answers


def _follow(client: FhirClient, fetch: Fetch) -> None:
    """Ask, and follow the links to the next pages."""
    try:
        fetch.cause = _pages(client, fetch)
    except Upstream as problem:
        fetch.cause = problem.cause
    except Exception as problem:
        # A defect of ours must not look like an empty list.
        LOG.error("unforeseen error in a FHIR query", extra={"stage": fetch.query.key, "error": type(problem).__name__})
        fetch.cause = "an unforeseen error"


def _pages(client: FhirClient, fetch: Fetch) -> str:
    """Add pages to the fetch; the value is why it ended early, empty when it did not."""
    url: str | None = fetch.url
    seen: set[str] = set()
    while url is not None:
        if url in seen:
            return "its pages go in a circle"
        if len(seen) >= client.access.max_pages:
            return "more pages than HEEL_CDS_MAX_PAGES"
        seen.add(url)
        page = answer_of(client.get(url), fetch.query)
        fetch.pages.append(page)
        url = page.next_url
    return ""


def plan(query: Query, url: str, authorization: Authorization | None) -> Fetch | None:
    """The fetch for a query; `None` when the token does not cover it. Without an authorization all is asked openly."""
    reach = Reach.WHOLE if authorization is None else authorization.reach(query.resource_type, search=query.search)
    return None if reach is Reach.NONE else Fetch(query, url, partial=reach is Reach.PART)
