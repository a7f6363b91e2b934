"""Several services on one PostgreSQL server: one log without gaps, feedback that counts once, a server that fails."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from threading import Event
from typing import Any

import psycopg
import pytest
import requests
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from cds_service.records import database
from tests import calls
from tests.auditing import Told, audit
from tests.conftest import AppMaker
from tests.postgresql import Cluster, cluster
from tests.reporting import REFUSES, cards_of, counted, entry, feedback, key_in, report
from tests.running import PATIENCE, Running, running

CALLERS = 4
SAMPLES = ("plantar-heel-pain", "achilles-rupture", "calcaneal-stress-fracture")


@pytest.fixture(scope="module")
def server() -> Iterator[Cluster]:
    with cluster() as made:
        yield made


@pytest.fixture
def url(server: Cluster) -> str:
    return server.database()


class Hosts:
    """Hosts with a service each on one database, all with the hospital's keys."""

    def __init__(self, folder: Path, url: str, running_until: ExitStack) -> None:
        self.folder, self.url = folder, url
        self._running_until = running_until
        self._settings = {
            "HEEL_CDS_DATABASE_URL": url,
            "HEEL_CDS_LOG_KEY": log_key_in(folder),
            "HEEL_CDS_PSEUDONYM_KEY": key_in(folder),
            "HEEL_CDS_CHECKPOINT_RECORDS": "7",
            "HEEL_CDS_DEADLINE": "30",
        }

    def start(self, name: str, workers: int = 1) -> Running:
        home = self.folder / name
        home.mkdir()
        return self._running_until.enter_context(running(home, "--workers", str(workers), settings=self._settings))

    def audit(self, *arguments: str) -> Told:
        return audit(self.folder, *arguments, database_url=self.url, log_key=str(self.folder / "log.pem"))

    def verified(self) -> int:
        """The number of records, once the whole tree was recomputed and fits its checkpoints."""
        told = self.audit("verify", "--json")
        assert told.status == 0, told.out
        assert told.json["checkpoints"]
        return int(told.json["size"])

    def rows(self, query: str) -> list[Any]:
        with psycopg.connect(self.url) as connection:
            return [row[0] for row in connection.execute(query.encode())]


def log_key_in(folder: Path) -> str:
    path = folder / "log.pem"
    path.write_bytes(Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return str(path)


@pytest.fixture
def hosts(tmp_path: Path, url: str) -> Iterator[Hosts]:
    with ExitStack() as stack:
        yield Hosts(tmp_path, url, stack)


def send(service: Running, number: int = 0) -> tuple[str, list[dict[str, Any]]]:
    """One call about a sample: the id of its decision, and its cards."""
    answer = service.post(calls.service_of("patient-view"), calls.sample(SAMPLES[number % len(SAMPLES)]))
    assert answer.status_code == 200, answer.text
    return answer.json()["extension"][calls.OURS]["decisionId"], answer.json()["cards"]


def tell(service: Running, *entries: Any) -> dict[str, int]:
    """Report on cards."""
    answer = service.post(f"{calls.service_of('patient-view')}/feedback", {"feedback": list(entries)})
    assert answer.status_code == 200, answer.text
    told: dict[str, int] = answer.json()
    return told


def at_once(work: Callable[[int], Any], times: int) -> list[Any]:
    with ThreadPoolExecutor(CALLERS) as pool:
        return list(pool.map(work, range(times)))


def test_two_hosts_append_to_one_log_without_a_gap_and_count_each_report_once(hosts: Hosts) -> None:
    services = [hosts.start("first"), hosts.start("second")]

    def work(number: int) -> tuple[str, int]:
        here, there = services[number % 2], services[1 - number % 2]
        decision, cards = send(here, number)
        reports = [entry(card, outcomeTimestamp="2026-11-25T10:00:00Z") for card in cards]
        return decision, sum(tell(service, *reports)["stored"] for service in (there, here))

    done = at_once(work, 40)
    decisions, stored = [decision for decision, _ in done], sum(count for _, count in done)
    assert hosts.rows("select position from records order by position") == list(range(hosts.verified()))
    assert hosts.rows("select count(*) from records where kind = 'feedback'") == [stored]
    assert sorted(hosts.rows("select decision from records where kind = 'decision'")) == sorted(decisions)
    assert hosts.rows("select count(*) from feedback") == [stored]
    assert hosts.rows("select count(*) from cards") == [stored]


def test_the_same_report_at_two_hosts_at_once_counts_once(hosts: Hosts) -> None:
    services = [hosts.start("first"), hosts.start("second")]
    _, [card] = send(services[0])
    told = at_once(lambda number: tell(services[number % 2], entry(card)), 12)
    assert (sum(one["stored"] for one in told), sum(one["repeated"] for one in told)) == (1, 11)
    assert hosts.rows("select kind from records where decision in (select decision from cards) order by position") == [
        "decision",
        "feedback",
    ]


def test_what_was_declined_at_one_host_is_quiet_at_the_other(hosts: Hosts) -> None:
    first, second = hosts.start("first"), hosts.start("second")
    _, [card] = send(first)
    tell(first, entry(card, overrideReason=REFUSES))
    answer = second.post(calls.service_of("patient-view"), calls.sample()).json()
    assert "declined" in {held["reason"] for held in answer["extension"][calls.OURS]["withheld"]}


def children(process: int) -> list[int]:
    """The processes that one has started."""
    return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def test_a_worker_that_is_killed_loses_no_acknowledged_record_and_stops_nobody(hosts: Hosts) -> None:
    struck, other = hosts.start("first", workers=2), hosts.start("second")
    given: list[str] = []
    finished = Event()
    milestones = {count: Event() for count in (20, 60)}

    def keep_calling(service: Running) -> None:
        number = 0
        while not finished.is_set():
            try:
                decision, cards = send(service, number := number + 1)
                given.append(decision)
                tell(service, *(entry(card) for card in cards))
            except requests.RequestException:
                continue  # the answer of a killed worker never came
            for count, reached in milestones.items():
                if len(given) >= count:
                    reached.set()

    with ThreadPoolExecutor(CALLERS) as pool:
        callings = [pool.submit(keep_calling, service) for service in (struck, struck, other, other)]
        try:
            assert milestones[20].wait(PATIENCE)
            for worker in children(struck.process.pid):
                os.kill(worker, signal.SIGKILL)
            assert milestones[60].wait(PATIENCE)
        finally:
            finished.set()
        for calling in callings:
            calling.result()
    assert set(given) <= set(hosts.rows("select decision from records where kind = 'decision'"))
    positions = hosts.rows("select position from records order by position")
    assert positions == list(range(hosts.verified()))


def test_a_lost_database_gives_refusals_and_no_card_until_it_is_back(hosts: Hosts, server: Cluster) -> None:
    service = hosts.start("first", workers=2)
    before, [card] = send(service)
    server.stop()
    try:
        for _ in range(4):
            refused = service.post(calls.service_of("patient-view"), calls.sample())
            assert (refused.status_code, "cards" in refused.json()) == (503, False)
        unheard = service.post(f"{calls.service_of('patient-view')}/feedback", {"feedback": [entry(card)]})
        assert unheard.status_code == 503
        assert requests.get(f"{service.url}/readyz", timeout=PATIENCE).status_code == 503
        for path in ("/healthz", "/cds-services"):
            assert requests.get(service.url + path, timeout=PATIENCE).status_code == 200
    finally:
        server.start()
    after = [send(service)[0] for _ in range(4)]
    assert tell(service, entry(card))["stored"] == 1
    assert requests.get(f"{service.url}/readyz", timeout=PATIENCE).status_code == 200
    assert hosts.rows("select decision from records where kind = 'decision' order by position") == [before, *after]
    assert hosts.rows("select count(*) from feedback") == [1]
    assert hosts.rows("select position from records order by position") == list(range(hosts.verified()))


def test_services_that_start_at_once_on_a_new_database_make_its_tables_once(hosts: Hosts) -> None:
    services = at_once(lambda number: hosts.start(f"host-{number}"), 2)
    given = [send(service)[0] for service in services]
    assert hosts.rows("select decision from records where kind = 'decision' order by position") == given


def test_a_writer_that_has_gone_silent_holds_up_the_others_only_so_long(
    make_app: AppMaker, tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a host does that vanished in the midst of a record."""
    hurried = database._ONE_AFTER_ANOTHER.replace("5s", "50ms")
    monkeypatch.setattr(database, "_ONE_AFTER_ANOTHER", hurried)
    http = make_app(home=str(tmp_path), deadline="30", database_url=url).test_client()
    with psycopg.connect(url) as silent:
        silent.execute(b"select pg_advisory_xact_lock(%d)" % database._LOCK)
        refused = calls.post(http, calls.sample())
        assert (refused.status_code, "cards" in refused.json) == (503, False)
        assert http.get("/readyz").status_code == 503
    assert cards_of(http)
    assert http.get("/readyz").status_code == 200


def test_the_commands_read_a_postgresql_database(
    make_app: AppMaker, tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    http = make_app(home=str(tmp_path), deadline="30", database_url=url, pseudonym_key=key_in(tmp_path)).test_client()
    [card] = cards_of(http)
    assert counted(report(http, entry(card, "accepted"), entry("unknown"))) == (1, 0, 1)
    monkeypatch.setenv("HEEL_CDS_DATABASE_URL", url)
    rows = [json.loads(line) for line in feedback(tmp_path, "export").out.splitlines()]
    assert {(row["card"], row["action"]) for row in rows} == {(card["uuid"], "accepted")}
    assert "accepted 1 of 1 (100%)" in feedback(tmp_path, "rates").out
    decision = rows[0]["decision"]
    assert audit(tmp_path, "erase", decision, "--reason", "erasure-request", database_url=url).status == 0
    shown = audit(tmp_path, "show", decision, database_url=url)
    assert (shown.json["salt"], shown.json["record"]["decision"]) == (None, decision)
    assert audit(tmp_path, "verify", database_url=url).status == 0


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("update records set salt = repeat('0', 64) where kind = 'decision'", "its salt was replaced"),
        ("update cards set patient = 'x'", "user, place, patient or grounds beside its cards were changed"),
        ("update advice set rule = 'x'", "differs from it: advice"),
        ("delete from feedback", "its row is missing"),
        ("update feedback set outcome = 'overridden'", "its row was edited"),
        (
            "insert into feedback select 'ff', card, outcome, at, received, '[]', null, null from feedback limit 1",
            "was inserted: it is not on record",
        ),
    ],
)
def test_what_is_done_to_the_tables_past_the_service_is_named(
    make_app: AppMaker, tmp_path: Path, url: str, statement: str, expected: str
) -> None:
    http = make_app(home=str(tmp_path), deadline="30", database_url=url, pseudonym_key=key_in(tmp_path)).test_client()
    for _ in range(2):
        report(http, entry(cards_of(http)[0], "accepted"))
    assert audit(tmp_path, "verify", database_url=url).status == 0
    with psycopg.connect(url) as hostile:
        hostile.execute(statement.encode())
    told = audit(tmp_path, "verify", database_url=url)
    assert told.status == 1
    assert expected in told.out
