"""The decision log for a command that reads it: it must be there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec import MsgspecError
from sqlalchemy import Engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from cds_service.errors import HeelCdsError
from cds_service.records.database import open_database
from cds_service.settings import Settings


@contextmanager
def existing_log(settings: Settings) -> Iterator[Engine]:
    """The log's database, which must be there: an auditor who mistypes a path is told, not shown an empty log."""
    file = make_url(settings.database_url).database
    if settings.database_url.startswith("sqlite") and file and not Path(file).exists():
        raise HeelCdsError(
            f"{file}: there is no decision log; expected one in HEEL_CDS_HOME or at HEEL_CDS_DATABASE_URL "
            "(heel-cds serve makes it)"
        )
    engine = open_database(settings.database_url)
    try:
        yield engine
    except SQLAlchemyError as problem:
        raise HeelCdsError(f"the decision log cannot be read ({type(problem).__name__}); check the database") from None
    except (LookupError, MsgspecError) as problem:
        raise HeelCdsError(
            f"the log is not whole: a record or a node is missing or cannot be read ({type(problem).__name__}); "
            "heel-cds audit verify says which"
        ) from None
    finally:
        engine.dispose()
