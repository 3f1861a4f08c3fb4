"""The pages people use: plain HTML forms that work without script, over the same commands and queries as the API."""

from flask import Flask

from service.pages import (
    assisting,
    audit,
    board,
    bulk,
    calendar,
    calendar_changes,
    case_list,
    cases,
    claiming,
    corrections,
    cycle_ending,
    cycle_opening,
    cycles,
    deciding,
    deliveries,
    departures,
    editor,
    goals,
    handing_over,
    help,
    imports,
    inbox,
    jobs,
    last_year,
    links,
    notices,
    people,
    remedies,
    results,
    rules,
    signin,
    slips,
    styleguide,
)
from service.pages.errors import error_page, http_error_page, unavailable_page
from service.pages.web import prepare
from service.runut import Runut

__all__ = ["error_page", "http_error_page", "register", "unavailable_page"]


def register(app: Flask, runut: Runut) -> None:
    """Adds all pages, and what every page has: language, headers, cookies, template globals."""
    prepare(app, runut)
    for module in (
        signin,
        inbox,
        cases,
        deciding,
        claiming,
        corrections,
        assisting,
        notices,
        slips,
        editor,
        results,
        last_year,
        links,
        board,
        case_list,
        bulk,
        deliveries,
        audit,
        goals,
        handing_over,
        imports,
        people,
        departures,
        remedies,
        cycles,
        cycle_opening,
        cycle_ending,
        calendar,
        calendar_changes,
        rules,
        jobs,
        help,
        styleguide,
    ):
        app.register_blueprint(module.blueprint)
