"""The Celery application: four thin tasks around one service. A message carries ids and a lease, never content."""

import threading
from datetime import datetime

from celery import Celery

from config.celery import celery_config
from service.runut import Runut
from workers.broker import Publisher
from workers.clock import tick
from workers.jobs import do_jobs
from workers.mail import deliver
from workers.publishing import publish

DELIVER, PUBLISH, WORK, TICK = "runut.deliver", "runut.publish", "runut.work", "runut.tick"


def create_celery(runut: Runut) -> Celery:
    """The application whose tasks work for `runut`; each process that consumes or publishes makes one."""
    app = Celery("runut", set_as_current=False)
    app.config_from_object(celery_config(runut.settings.broker_url))
    app.stopping = threading.Event()  # set by the pool: a long job is given back instead of waited for
    app.conf.broker_connection_max_retries = None  # a missing broker is waited for, however long
    publisher = Publisher(app)

    def deliver_mails(ids: list[str], lease: str) -> None:
        deliver(runut, ids, datetime.fromisoformat(lease))

    def publish_events(ids: list[str], lease: str) -> None:
        publish(runut, publisher, ids, datetime.fromisoformat(lease))

    def work_on_jobs(ids: list[str], lease: str) -> None:
        do_jobs(runut, ids, datetime.fromisoformat(lease), app.stopping.is_set)

    def look_at_the_clock() -> None:
        tick(runut)

    for name, task in (
        (DELIVER, deliver_mails), (PUBLISH, publish_events), (WORK, work_on_jobs), (TICK, look_at_the_clock),
    ):
        app.task(name=name, shared=False)(task)  # shared ones would work for the first service of the process only
    return app
