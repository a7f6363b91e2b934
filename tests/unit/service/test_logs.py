"""Logs are JSON lines with a closed list of fields; nothing of a patient can stand in one."""

from __future__ import annotations

import json
import logging

from cds_service.logs import JsonLines


def _line(name: str, message: str, *args: object, **extra: object) -> dict[str, object]:
    record = logging.LogRecord(name, logging.ERROR, __file__, 1, message, args, None)
    vars(record).update(extra)
    return dict(json.loads(JsonLines().format(record)))


def test_a_line_holds_time_level_logger_message_and_known_fields() -> None:
    line = _line("cds_service.app", "request", status=200, route="/cds-services")
    assert line["level"] == "error"
    assert line["message"] == "request"
    assert line["status"] == 200
    assert line["route"] == "/cds-services"


def test_a_field_that_is_not_on_the_list_is_dropped() -> None:
    assert "patient" not in _line("cds_service.app", "request", patient="Jane Roe")


def test_values_put_into_a_message_never_arrive() -> None:
    assert "Jane Roe" not in json.dumps(_line("cds_service.app", "read %s", "Jane Roe"))


def test_the_message_of_a_library_is_replaced_since_it_may_quote_the_request() -> None:
    assert "Jane Roe" not in json.dumps(_line("urllib3", "GET /Patient?name=Jane Roe"))
