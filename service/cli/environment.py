"""The service as the environment names it, for one command; what goes wrong is said in one message."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError

from config.logging import configure_logging
from config.settings import InvalidSettings, Settings, from_environment
from service.errors import InvalidInput, ServiceError
from service.runut import Runut
from workflows.calendar import CalendarEnds


@contextmanager
def service() -> Iterator[Runut]:
    """The service on the database of the environment. Ends the command with exit code 1 and one message on an error."""
    found = settings()
    configure_logging(found.log_format)
    runut = Runut.start(found)
    try:
        yield runut
    except InvalidInput as error:
        lines = [f"  {field.path}: {field.message.en}" for field in error.fields]
        raise click.ClickException("\n".join([error.detail.en, *lines])) from None
    except ServiceError as error:
        raise click.ClickException(error.detail.en) from None
    except CalendarEnds as error:
        raise click.ClickException(error.message.en) from None
    except InvalidSettings as error:
        raise click.ClickException(str(error)) from None
    except (OperationalError, ProgrammingError) as error:
        raise click.ClickException(f"{_reason(error)}\nIs the database up, and `runut db upgrade` done?") from None
    finally:
        runut.database.close()


def settings() -> Settings:
    """The settings of this command. Ends it with exit code 1 and every problem in one message."""
    try:
        return from_environment()
    except InvalidSettings as error:
        raise click.ClickException(str(error)) from None


def _reason(error: DBAPIError) -> str:
    return str(error.orig).strip().splitlines()[0]
