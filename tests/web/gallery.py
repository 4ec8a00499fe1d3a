"""A gallery of every piece of the look: a small app for the browser checks, and for a person's eyes.

`python tests/web/gallery.py 8099` serves it.
"""

import sys
from datetime import UTC, date, datetime
from pathlib import Path

from flask import Flask, Response, render_template

from shared.web import i18n, look

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'"
)
PAGES = ("home", "form", "errors", "place", "check", "receipt", "case", "desk", "oversight", "kit", "problem")
ERRORS = {
    "phone": "手机号少了一位，应是 11 位。",
    "text": "请写明发生了什么事。",
    "identity": "请选择是否署名。",
    "village": "请选择村或社区。",
    "files": "“现场.zip”不是图片，请换成照片或 PDF。",
    "happened": "日期应在今天以前。",
    "agree": "请先阅读并勾选。",
}


def make_gallery() -> Flask:
    """Make the app; one page for each name in `PAGES`."""
    app = Flask(__name__, static_folder=None, template_folder=str(Path(__file__).parent / "gallery"))
    i18n.install(app, catalogs=[])
    look.install_look(app, theme=look.Theme("青禾县", "Qinghe County", filing="示例ICP备00000000号"))
    app.jinja_env.globals["csrf_token"] = lambda: "made-up"
    app.add_url_rule("/", "home", lambda: _page("home"))
    app.add_url_rule("/<name>", "page", _page)
    app.after_request(_protect)
    return app


def _page(name: str) -> str:
    return render_template(
        f"{name}.html",
        errors=ERRORS if name == "errors" else {},
        at=datetime(2026, 11, 23, 6, 5, tzinfo=UTC),
        due=date(2026, 12, 11),
    )


def _protect(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = CSP
    return response


if __name__ == "__main__":
    make_gallery().run(port=int(sys.argv[1]))
