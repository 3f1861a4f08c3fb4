"""Celery and kombu as data: queues, acknowledgement, broker options. No code of ours is imported here."""

from typing import Any
from urllib.parse import urlsplit

from kombu import Exchange, Queue

EVENTS_EXCHANGE = Exchange("runut.events", type="topic", durable=True)
CODES, MAIL, EVENTS, JOBS, CLOCK = "runut.codes", "runut.mail", "runut.events-out", "runut.jobs", "runut.clock"
QUEUES = (CODES, MAIL, EVENTS, JOBS, CLOCK)


def celery_config(broker_url: str) -> dict[str, Any]:
    """Settings for `celery.Celery.config_from_object`; the broker is a doorbell and may lose everything."""
    scheme = urlsplit(broker_url).scheme
    queue_type = "quorum" if scheme.startswith("amqp") else "classic"
    arguments = {"x-queue-type": "quorum"} if queue_type == "quorum" else {}
    return {
        "broker_url": broker_url,
        "broker_transport_options": _transport_options(scheme),
        "broker_connection_retry_on_startup": True,
        "broker_connection_timeout": 2,
        "task_serializer": "json",
        "accept_content": ["json"],
        "task_ignore_result": True,
        "task_store_errors_even_if_ignored": False,
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "task_time_limit": None if scheme == "memory" else 60,
        "worker_prefetch_multiplier": 16 if scheme == "memory" else 4,
        "worker_soft_shutdown_timeout": 30,
        "worker_hijack_root_logger": False,
        "worker_send_task_events": False,
        "worker_enable_remote_control": False,
        "task_default_queue_type": queue_type,
        "task_create_missing_queues": False,
        "task_default_queue": MAIL,
        "task_queues": [Queue(name, durable=True, queue_arguments=arguments) for name in QUEUES],
        "worker_detect_quorum_queues": queue_type == "quorum",
        "beat_schedule": {
            "tick": {"task": "runut.tick", "schedule": 5.0, "options": {"queue": CLOCK, "expiration": 30}},
        },
    }


def _transport_options(scheme: str) -> dict[str, Any]:
    if scheme.startswith("amqp"):
        return {"confirm_publish": True}
    if scheme.startswith("redis"):
        return {"visibility_timeout": 120, "socket_timeout": 5, "socket_connect_timeout": 2}
    return {"polling_interval": 0.02}
