"""The maintenance window: an org that answers nothing but that it is closed."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Response

from salesforce_simulator.clock import to_stamp

if TYPE_CHECKING:
    from salesforce_simulator.call import Call
    from salesforce_simulator.clock import Clock

_PAGE = """<!DOCTYPE html>
<html><head><title>Maintenance</title></head>
<body><h1>We are down for maintenance.</h1>
<p>Sorry for the inconvenience. We'll be back shortly.</p></body></html>
"""
_FAULT = """<?xml version="1.0" encoding="UTF-8"?>\
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" \
xmlns:sf="urn:fault.partner.soap.sforce.com"><soapenv:Body><soapenv:Fault>\
<faultcode>sf:SERVER_UNAVAILABLE</faultcode>\
<faultstring>SERVER_UNAVAILABLE: Server Unavailable</faultstring>\
</soapenv:Fault></soapenv:Body></soapenv:Envelope>"""


class Maintenance:
    """The window that is planned, if one is. Moments are those of the org's clock."""

    def __init__(self, clock: "Clock") -> None:
        self._clock = clock
        self._from: datetime | None = None
        self._until: datetime | None = None

    @property
    def active(self) -> bool:
        """The org is closed now."""
        now = self._clock()
        if self._from is None or now < self._from:
            return False
        return self._until is None or now < self._until

    def plan(
        self, start: datetime, *, until: datetime | None = None, seconds: float | None = None
    ) -> None:
        """Close the org from a moment on, until another, for some seconds, or until cleared."""
        self._from = start
        self._until = start + timedelta(seconds=seconds) if seconds is not None else until

    def clear(self) -> None:
        self._from = self._until = None

    def as_dict(self) -> dict[str, Any]:
        moments = {"from": self._from, "until": self._until}
        shown = {name: to_stamp(when) if when else None for name, when in moments.items()}
        return {"active": self.active, **shown}


def closed(call: "Call") -> Response:
    """Answer a call during maintenance: 503, as JSON, as a SOAP fault, or as a page."""
    path = call.request.path
    if path.startswith("/services/Soap"):
        return Response(_FAULT, status=503, content_type="text/xml; charset=utf-8")
    if path.startswith("/services/data/v"):
        error = {"message": "Server Unavailable", "errorCode": "SERVER_UNAVAILABLE"}
        return call.answer([error], status=503)
    return Response(_PAGE, status=503, content_type="text/html;charset=UTF-8")
