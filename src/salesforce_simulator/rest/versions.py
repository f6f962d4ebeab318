"""What versions there are, and what a version offers."""

from werkzeug.wrappers import Response

from salesforce_simulator.call import Call
from salesforce_simulator.errors import ApiError
from salesforce_simulator.releases import NEWEST, OLDEST

_RETIRED = frozenset(str(number) for number in range(7, OLDEST))
_KNOWN = frozenset(str(number) for number in range(OLDEST, NEWEST + 1))
_SEASONS = ("Spring", "Summer", "Winter")


def list_versions(call: Call) -> Response:
    return call.answer(
        [
            {
                "label": release_label(number),
                "url": f"/services/data/v{number}.0",
                "version": f"{number}.0",
            }
            for number in range(OLDEST, NEWEST + 1)
        ],
        root="Versions",
    )


def list_resources(call: Call) -> Response:
    names = (
        *("appMenu", "compactLayouts", "composite", "jobs", "limits", "parameterizedSearch"),
        *("query", "queryAll", "quickActions", "recent", "search", "sobjects", "tabs", "theme"),
        "tooling",
    )
    resources = {name: f"{call.path}/{name}" for name in names}
    identity = f"{call.origin}/id/{call.org.id}/{call.user_id}"
    return call.answer({**resources, "identity": identity}, root="urls")


def release_label(number: int) -> str:
    """Return the release's name: three a year, 21.0 was Spring '11."""
    year = 11 + (number - OLDEST + 1) // 3
    return f"{_SEASONS[(number - OLDEST) % 3]} '{year}"


def check_version(text: str) -> None:
    """Refuse a version that is retired (410), and one that never was (404)."""
    whole, _, fraction = text.partition(".")
    if whole in _RETIRED and fraction == "0":
        message = "Invalid Api version specified on URL"
        raise ApiError("UNSUPPORTED_API_VERSION", message, status=410)
    if whole not in _KNOWN or fraction != "0":
        raise ApiError("NOT_FOUND", "The requested resource does not exist", status=404)
