"""Where a change came from, as the header of its event says: `changeOrigin`.

A client that sets `Sforce-Call-Options: client=NAME` recognises its own changes by it.
Source: Change Data Capture Developer Guide, ChangeEventHeader Fields.
"""

_APIS = (
    ("/services/Soap/", "soap"),
    ("/services/async/", "bulkapi"),
)


def change_origin(api: str, version: str, client: str | None = None) -> str:
    """Return the origin of a change by an API (soap, rest, bulkapi...), and by which client."""
    named = f";client={client}" if client else ""
    return f"com/salesforce/api/{api}/{version}{named}"


def api_of(path: str) -> str:
    """Return the name of the API that an address belongs to."""
    if "/tooling/" in path:
        return "toolingrest"
    return next((api for start, api in _APIS if path.startswith(start)), "rest")


# What people do in the pages, which stand for Lightning Experience.
LIGHTNING = change_origin("soap", "67.0", "SfdcInternalAPI/")
