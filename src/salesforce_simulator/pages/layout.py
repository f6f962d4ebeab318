"""The frame of every page, and the few pieces that pages are made of.

Values are put into Markup with `format`, which escapes them; nothing else may build HTML.
"""

from importlib.resources import files
from urllib.parse import urlencode

from markupsafe import Markup
from werkzeug.wrappers import Response

from salesforce_simulator.call import Call
from salesforce_simulator.pages.visitor import Visitor

# A page may post to itself only, but consenting redirects to the app: no form-action here.
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}

_PAGE = Markup(
    """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · {org}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/simulator/static/style.css">
<script src="/simulator/static/refresh.js" defer></script>
</head>
<body>
<header class="bar"><a class="brand" href="/">{org}</a>{navigation}
<a class="language" href="{language_link}" hreflang="{other}" lang="{other}">{other_name}</a>
</header>
<main class="{shape}">{notice}{body}</main>
<footer>{footer}</footer>
</body>
</html>
"""
)
_OTHER = {"en": ("fr", "Français"), "fr": ("en", "English")}


def page(
    visitor: Visitor,
    *,
    title: str,
    body: Markup,
    navigation: Markup | None = None,
    notice: str = "",
    shape: str = "wide",
    status: int = 200,
) -> Response:
    """Return a whole page. `shape` is "wide" or "card"; `notice` is an error in words."""
    other, other_name = _OTHER[visitor.language]
    html = _PAGE.format(
        language=visitor.language,
        title=title,
        org=visitor.org.name,
        navigation=navigation or "",
        other=other,
        other_name=other_name,
        language_link=_language_link(visitor, other),
        notice=Markup('<p class="notice" role="alert">{}</p>').format(notice) if notice else "",
        body=body,
        shape=shape,
        footer=visitor.say("This is a simulator, not a real org."),
    )
    response = Response(html, status=status, content_type="text/html;charset=UTF-8")
    response.headers.update(_HEADERS)
    return visitor.keep(response)


def form_token(visitor: Visitor) -> Markup:
    return Markup('<input type="hidden" name="form_token" value="{}">').format(visitor.form_token())


def static(call: Call, name: str) -> Response:
    """Serve the style sheet and the script that refreshes lists."""
    kind = {"style.css": "text/css", "refresh.js": "text/javascript"}.get(name)
    if kind is None:
        return Response(status=404)
    content = files(__package__).joinpath("static", name).read_bytes()
    response = Response(content, content_type=f"{kind};charset=UTF-8")
    response.headers["Cache-Control"] = "max-age=300"
    return response


def _language_link(visitor: Visitor, other: str) -> str:
    arguments = visitor.request.args.copy()
    arguments["lang"] = other
    return "?" + urlencode(list(arguments.items(multi=True)))
