"""The API described for people, made from its own OpenAPI description; no script, no foreign resource."""

from flask import Response, current_app, render_template
from flask_smorest import Api


def docs_page() -> Response:
    """All calls with their meaning, in one page."""
    api: Api = current_app.extensions["flask-smorest"]["apis"][""]["ext_obj"]
    spec = api.spec.to_dict()
    about = {tag["name"]: tag.get("description") or tag["name"] for tag in spec.get("tags", ())}
    calls = [
        {
            "method": method.upper(), "path": path, "summary": call.get("summary", "").replace("`", ""),
            "tag": about.get((call.get("tags") or [""])[0], ""),
        }
        for path, methods in spec["paths"].items()
        for method, call in methods.items()
        if method in ("get", "post", "put", "delete", "patch")
    ]
    return Response(render_template("api_docs.html", calls=calls, info=spec["info"]))
