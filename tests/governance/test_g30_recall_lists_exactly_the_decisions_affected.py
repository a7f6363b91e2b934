"""G-30: rule + version range + time window give all affected decision ids, exactly, as a signed advisory too.

`python -m tests.performance.a_million_records` measures the same on a million records.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from cds_service.records.advisories import digest_of_decisions
from knowledge.release import load_release
from tests.auditing import Told, audit, decision, log_in, record, tampering
from tests.performance.a_million_records import RULE, VERSIONS, at, fill
from tests.reporting import feedback

COUNT = 20_000


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    fill(home, COUNT)
    return home


def recalled(home: Path, *arguments: str) -> list[str]:
    told = audit(home, "recall", "--rule", RULE, *arguments)
    assert told.status == 0, told.err
    return [line.split("\t")[0] for line in told.out.splitlines()]


def numbers(*, every: int, rest: tuple[int, ...], versions: tuple[str, ...] = VERSIONS) -> list[str]:
    return [
        decision(number)
        for number in range(COUNT)
        if number % every in rest and VERSIONS[number % len(VERSIONS)] in versions
    ]


def test_the_log_they_are_sought_in_is_a_whole_one(home: Path) -> None:
    assert audit(home, "verify").status == 0


def test_a_shown_recommendation_is_recalled_by_its_rule(home: Path) -> None:
    assert recalled(home) == numbers(every=10, rest=(0,))


@pytest.mark.parametrize(("outcome", "rest"), [("true", (0, 3)), ("false", (1, 4)), ("unknown", (2,))])
def test_so_is_every_outcome_of_the_rule(home: Path, outcome: str, rest: tuple[int, ...]) -> None:
    assert recalled(home, "--outcome", outcome) == numbers(every=5, rest=rest)


@pytest.mark.parametrize(
    ("wanted", "versions"),
    [
        ("1.0.0", ("1.0.0",)),
        ("2.0.0", ("2.0.0",)),
        ("..1.9.9", ("1.0.0",)),
        ("1.0.1..", ("2.0.0",)),
        ("1.0.0..2.0.0", VERSIONS),
        ("3.0.0..", ()),
    ],
)
def test_only_in_the_versions_asked_for(home: Path, wanted: str, versions: tuple[str, ...]) -> None:
    assert recalled(home, "--versions", wanted) == numbers(every=10, rest=(0,), versions=versions)


def test_only_in_the_time_asked_for_its_beginning_included_and_its_end_not(home: Path) -> None:
    assert recalled(home, "--since", at(1000), "--until", at(1040)) == [decision(n) for n in (1000, 1010, 1020, 1030)]


def test_each_comes_with_client_instant_and_release(home: Path) -> None:
    told = audit(home, "recall", "--rule", RULE, "--since", at(1000), "--until", at(1001), "--json")
    expected = {"decision": decision(1000), "client": "clinic-1", "at": at(1000), "release": "heel-pain-runner/2.0.0"}
    assert told.json == expected


def test_a_rule_that_no_release_has_is_told_with_those_that_are_near_and_all_there_are(
    home: Path, tmp_path: Path
) -> None:
    file = tmp_path / "advisory.txt"
    told = audit(home, "recall", "--rule", "home-cares", "--advisory", str(file), "--reason", "All of it.")
    assert (told.status, told.out, file.exists()) == (2, "", False)
    assert "no release has a rule 'home-cares'; did you mean home-care" in told.err
    assert all(rule in told.err for rule in load_release("2.0.0").content["rules"])
    assert "did you mean" not in audit(home, "recall", "--rule", "zzz").err


def test_a_rule_that_the_versions_asked_for_do_not_have_is_told_with_those_that_do(home: Path) -> None:
    newest = load_release()
    [rule, *_] = sorted(set(newest.content["rules"]) - set(load_release("1.0.0").content["rules"]))
    told = audit(home, "recall", "--rule", rule, "--versions", "1.0.0")
    assert told.status == 2
    assert f"1.0.0 has no rule '{rule}'; it is in " in told.err
    assert newest.version in told.err


def test_a_rule_of_a_release_that_is_only_in_the_log_can_be_recalled(tmp_path: Path) -> None:
    gone = {"name": "heel-pain-runner", "version": "0.9.0", "digest": "sha256:00"}
    rules = {"true": ["gone-rule"], "false": [], "unknown": []}
    log_in(tmp_path).append(record(1, knowledge=gone, rules=rules), "5a" * 32)
    told = audit(tmp_path, "recall", "--rule", "gone-rule", "--outcome", "true")
    assert told.out.split("\t")[0] == decision(1)


def test_a_rule_whose_topic_was_not_shown_counts_as_held_but_not_as_shown(tmp_path: Path) -> None:
    log_in(tmp_path).append(record(1, shown=["footwearAdvice"]), "5a" * 32)
    assert recalled(tmp_path) == []
    assert recalled(tmp_path, "--outcome", "true") == [decision(1)]


@pytest.mark.parametrize(
    ("wrong", "taught"),
    [
        (["--versions", "newest"], "is no range of versions"),
        (["--versions", ".."], "is no range of versions"),
        (["--versions", "2.0.0..1.0.0"], "ends before it begins; write 1.0.0..2.0.0"),
        (["--versions", "10.0.0..9.0.0"], "ends before it begins; write 9.0.0..10.0.0"),
        (["--since", "yesterday"], "is not an instant"),
        (["--since", at(2), "--until", at(1)], "no time lies between"),
        (["--since", at(2), "--until", at(2)], "no time lies between"),
    ],
)
def test_a_range_that_is_none_is_told_and_no_advisory_says_that_nothing_was_affected(
    home: Path, tmp_path: Path, wrong: list[str], taught: str
) -> None:
    file = tmp_path / "advisory.txt"
    told = audit(home, "recall", "--rule", RULE, "--advisory", str(file), "--reason", "All of it.", *wrong)
    assert (told.status, told.out, file.exists()) == (2, "", False)
    assert taught in told.err


@pytest.mark.parametrize("command", ["records", "shadow"])
def test_so_it_is_by_other_commands_that_take_a_time(home: Path, command: str) -> None:
    assert "no time lies between" in audit(home, command, "--since", at(2), "--until", at(1)).err
    for counting in ("export", "rates"):
        assert feedback(home, counting, "--since", at(2), "--until", at(1)).status == 2


DAMAGES = {
    "deleted": ("delete from records where position = 2", "record 2 is missing"),
    "edited": ("update records set body = replace(body, 'home-care', 'x') where position = 3", "record 3 was edited"),
    "edited, with its hash": (
        "update records set body = (select body from records where position = 1), leaf_hash = "
        "(select leaf_hash from records where position = 1) where position = 3",
        "the tree above them holds other hashes",
    ),
    "a checkpoint made of another key": (
        "update checkpoints set note = replace(note, 'log\n5', 'log\n4')",
        "the checkpoint of 4 records does not verify",
    ),
    "a checkpoint made nonsense": ("update checkpoints set note = 'x'", "checkpoint number 1 was edited"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_on_a_damaged_log_a_recall_warns_and_no_advisory_is_signed(tmp_path: Path, damage: str) -> None:
    statement, told = DAMAGES[damage]
    log_in(tmp_path, 5)
    audit(tmp_path, "checkpoint")
    with tampering(tmp_path) as database:
        database.execute(statement)
    plain = audit(tmp_path, "recall", "--rule", RULE)
    assert plain.status == 0
    assert decision(0) in plain.out
    assert told in plain.err
    assert "the log does not verify" in plain.err
    file = tmp_path / "advisory.txt"
    refused = audit(tmp_path, "recall", "--rule", RULE, "--advisory", str(file), "--reason", "All of it.")
    assert (refused.status, refused.out, file.exists()) == (1, "", False)
    assert told in refused.err
    assert "no advisory was signed" in refused.err


def test_checkpoints_of_a_key_of_before_need_that_key(tmp_path: Path) -> None:
    log_in(tmp_path, 5)
    audit(tmp_path, "checkpoint")
    older = tmp_path / "older.txt"
    older.write_text(audit(tmp_path, "key").out, "utf-8")
    (tmp_path / "log-key.pem").unlink()
    wanted = ("recall", "--rule", RULE, "--advisory", str(tmp_path / "advisory.txt"), "--reason", "All of it.")
    audit(tmp_path, "key")
    assert audit(tmp_path, *wanted).status == 1
    assert audit(tmp_path, *wanted, "--key", str(older)).status == 0


class TestAdvisory:
    """What was found, signed with the log's key."""

    WINDOW = ("--since", at(1000), "--until", at(1040))

    def advised(self, home: Path, file: Path, *arguments: str, reason: str = "Wrong advice on walking.") -> Told:
        reasoned = ("--reason", reason) if reason else ()
        return audit(home, "recall", "--rule", RULE, *self.WINDOW, "--advisory", str(file), *reasoned, *arguments)

    @pytest.fixture
    def key(self, home: Path, tmp_path: Path) -> Path:
        path = tmp_path / "key.txt"
        path.write_text(audit(home, "key").out, "utf-8")
        return path

    def test_it_names_the_recall_and_binds_the_list(self, home: Path, tmp_path: Path, key: Path) -> None:
        file, listed = tmp_path / "advisory.txt", tmp_path / "listed.txt"
        told = self.advised(home, file, "--versions", "1.0.0..2.0.0")
        listed.write_text(told.out, "utf-8")
        verified = audit(tmp_path, "advisory", str(file), "--key", str(key), "--decisions", str(listed), "--json")
        assert verified.status == 0
        found = [decision(n) for n in (1000, 1010, 1020, 1030)]
        assert (
            verified.json.items()
            >= {
                "verifies": True,
                "rule": RULE,
                "outcome": "shown",
                "versions": "1.0.0..2.0.0",
                "since": at(1000),
                "until": at(1040),
                "records": str(COUNT),
                "decisions": "4",
                "digest": digest_of_decisions(found)[1],
                "reason": "Wrong advice on walking.",
            }.items()
        )
        assert "The advisory verifies." in audit(home, "advisory", str(file)).out  # with the log's own key

    def test_its_digest_is_that_of_the_list_as_sha256sum_has_it(self, home: Path, tmp_path: Path) -> None:
        file = tmp_path / "advisory.txt"
        ids = "".join(f"{line.split()[0]}\n" for line in self.advised(home, file).out.splitlines())
        assert f"digest: sha256:{hashlib.sha256(ids.encode()).hexdigest()}\n" in file.read_text("utf-8")

    def test_it_says_of_which_log(self, home: Path, tmp_path: Path) -> None:
        file = tmp_path / "advisory.txt"
        self.advised(home, file)
        checkpoint = audit(home, "checkpoint", "--json").json["checkpoint"].splitlines()
        assert f"records: {checkpoint[1]}\nroot: {checkpoint[2]}\n" in file.read_text("utf-8")

    def test_a_changed_letter_or_another_key_is_told(self, home: Path, tmp_path: Path, key: Path) -> None:
        file = tmp_path / "advisory.txt"
        self.advised(home, file)
        whole = file.read_text("utf-8")
        for other in (whole.replace("decisions: 4", "decisions: 3"), whole[:-9] + whole[-5:], "nothing", ""):
            file.write_text(other, "utf-8")
            told = audit(tmp_path, "advisory", str(file), "--key", str(key))
            assert told.status == 1
            assert "does not verify" in told.out
        file.write_text(whole, "utf-8")
        another = tmp_path / "another"
        another.mkdir()
        key.write_text(audit(another, "key").out, "utf-8")
        assert audit(tmp_path, "advisory", str(file), "--key", str(key), "--json").json["verifies"] is False

    def test_a_checkpoint_is_no_advisory_and_an_advisory_no_checkpoint(
        self, home: Path, tmp_path: Path, key: Path
    ) -> None:
        file = tmp_path / "note.txt"
        file.write_text(audit(home, "checkpoint", "--json").json["checkpoint"], "utf-8")
        told = audit(tmp_path, "advisory", str(file), "--key", str(key))
        assert told.status == 1
        assert "it is signed, and no advisory" in told.out
        self.advised(home, file)
        assert audit(home, "verify", "--checkpoints", str(file)).status == 2

    @pytest.mark.parametrize("as_json", [True, False])
    def test_another_list_is_told(self, as_json: bool, home: Path, tmp_path: Path, key: Path) -> None:
        file, listed = tmp_path / "advisory.txt", tmp_path / "listed.txt"
        told = self.advised(home, file, *(["--json"] if as_json else []))
        check = ("advisory", str(file), "--key", str(key), "--decisions", str(listed))
        listed.write_text(told.out, "utf-8")
        assert audit(tmp_path, *check).status == 0
        listed.write_text("".join(told.out.splitlines(keepends=True)[1:]), "utf-8")
        assert audit(tmp_path, *check).status == 1
        assert "The list is another one: 3 decisions" in audit(tmp_path, *check).out
        for wrong in ("{", '{"x": 1}', "{" * 100_000, '{"decision": [}'):
            listed.write_text(wrong, "utf-8")
            told = audit(tmp_path, *check)
            assert told.status == 2
            assert "line 1 is no decision" in told.err

    def test_open_ends_are_told_as_such(self, home: Path, tmp_path: Path) -> None:
        file = tmp_path / "advisory.txt"
        recall = ("recall", "--rule", RULE, "--advisory", str(file), "--reason", "All of it.")
        for versions, written in (
            ((), "any"),
            (("--versions", "2.0.0"), "2.0.0"),
            (("--versions", "2.0.0.."), "2.0.0.."),
        ):
            assert audit(home, *recall, *versions).status == 0
            assert f"versions: {written}\nsince: any\nuntil: any\n" in file.read_text("utf-8")

    @pytest.mark.parametrize("reason", ["", "two\nlines", " ", "x" * 1001])
    def test_a_reason_that_is_none_is_told_and_nothing_is_written(
        self, reason: str, home: Path, tmp_path: Path
    ) -> None:
        file = tmp_path / "advisory.txt"
        assert self.advised(home, file, reason=reason).status == 2
        assert not file.exists()

    def test_files_that_cannot_be_used_are_told(self, home: Path, tmp_path: Path, key: Path) -> None:
        assert self.advised(home, tmp_path / "none" / "advisory.txt").status == 2
        assert audit(home, "advisory", str(tmp_path / "none")).status == 2
        assert "--key: there is no key" in audit(tmp_path, "advisory", str(key)).err
