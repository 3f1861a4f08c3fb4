"""The commands of `runut` for operators; each module is one group. `COMMANDS` is what the program offers from here."""

import click

from service.cli.audit import audit, fsck
from service.cli.clock import clock
from service.cli.database import db
from service.cli.demo import demo
from service.cli.doctor import doctor
from service.cli.keys import keys
from service.cli.outbox import outbox
from service.cli.people import people
from service.cli.rules import rules
from service.cli.workflows import workflows

COMMANDS: tuple[click.Command, ...] = (audit, clock, db, demo, doctor, fsck, keys, outbox, people, rules, workflows)
