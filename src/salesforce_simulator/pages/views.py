"""Which page answers which address. All are the simulator's own: not metered, not faulted."""

from collections.abc import Callable

from werkzeug.wrappers import Response

from salesforce_simulator.pages import activity, layout, record, records, trouble

ROUTES: list[tuple[str, str, Callable[..., Response]]] = [
    ("GET", "/", records.show_list),
    ("GET", "/simulator/static/<name>", layout.static),
    ("GET", "/page/bin", activity.show_bin),
    ("GET", "/page/calls", activity.show_calls),
    ("POST", "/page/acting", activity.act_as),
    ("GET", "/page/trouble", trouble.show),
    ("POST", "/page/trouble", trouble.switch),
    ("GET", "/page/<name>", records.show_list),
    ("GET", "/page/<name>/new", record.show_new),
    ("POST", "/page/<name>/new", record.submit),
    ("GET", "/page/<name>/<record_id>", record.show_record),
    ("POST", "/page/<name>/<record_id>", record.submit),
    ("GET", "/page/<name>/<record_id>/edit", record.show_edit),
    # Links into an org: by id alone, and as its newer pages spell them.
    ("GET", "/<record_id>", record.open_record),
    ("GET", "/lightning/r/<name>/<record_id>/view", record.open_record),
]
