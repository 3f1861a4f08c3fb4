"""Loading the demo: once; a second time finds everything there and changes nothing."""

from sqlalchemy import select

from service.clock import begin_clock
from service.demo.accounts import check_demo
from service.demo.history import tell_history
from service.demo.organisation import found
from service.demo.people import POSTS
from service.models import Person
from service.runut import Runut


def load(runut: Runut, people: int = 0, seed: int = 0) -> bool:
    """Loads the demo, with `people` more employees drawn with `seed`; False when it was there already.

    A load that was interrupted goes on where it stopped. Raises Refused in production.
    """
    check_demo(runut)
    begin_clock(runut)
    is_new = not _is_founded(runut)
    if is_new:
        found(runut, people, seed)
    steps = tell_history(runut)
    return is_new or steps > 0


def _is_founded(runut: Runut) -> bool:
    with runut.database.read() as connection:
        return connection.execute(select(Person.id).where(Person.email == POSTS[0].email)).first() is not None
