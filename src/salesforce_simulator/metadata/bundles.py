"""LightningComponentBundle: the files that a Lightning web component needs, by their names."""

from collections.abc import Iterator

from salesforce_simulator.metadata.component import Component, Problem, problem_of
from salesforce_simulator.metadata.landscape import Landscape


def check_bundle(component: Component, _land: Landscape) -> Iterator[Problem]:
    """Judge a bundle: its module and its description must be there. Nothing is compiled."""
    name = component.full_name
    if not name[0].islower():
        text = f"{name}: the name of a bundle must begin with a lowercase letter"
        yield problem_of(component, text)
    for file in (f"{name}.js", f"{name}.js-meta.xml"):
        # Some bundles are a stylesheet or a template only.
        others = (f"{name}.css", f"{name}.html") if file.endswith(".js") else ()
        paths = [f"{component.path}/{each}" for each in (file, *others)]
        if not any(path in component.files for path in paths):
            yield problem_of(component, f"Cannot find Lightning Component Bundle file {file}")
