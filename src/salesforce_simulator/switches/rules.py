"""/simulator/rules: validation and duplicate rules, triggers, automations."""

from typing import Any

from werkzeug.wrappers import Response

from salesforce_simulator.call import Call
from salesforce_simulator.rules.registry import KINDS
from salesforce_simulator.switches.wish import json_wish, refusing, wrong


def show(call: Call) -> Response:
    """The rules in force as they were described, and which automations were refused lately."""
    rules = call.org.rules
    return call.answer({**rules.specs, "failures": list(rules.failures)})


def add(call: Call) -> Response:
    """Put rules in force beside those that are."""
    wish: dict[str, Any] = json_wish(call, *KINDS)
    for kind, specs in wish.items():
        if not isinstance(specs, list):
            raise wrong(f"{kind} must be a list")
        for spec in specs:
            with refusing():
                call.org.rules.add(kind, spec)
    return call.no_content(status=201)


def clear(call: Call) -> Response:
    call.org.rules.clear()
    return call.no_content()
