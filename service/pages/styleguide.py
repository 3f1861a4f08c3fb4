"""The style guide: every component in every state, in both languages."""

from flask import Blueprint, Response

from service.pages.web import render

blueprint = Blueprint("styleguide", __name__)


@blueprint.get("/styleguide")
def styleguide() -> Response:
    """All tokens and components on one page."""
    return render("styleguide.html")
