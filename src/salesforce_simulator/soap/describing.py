"""describeGlobal and describeSObject(s): what REST describes, as elements in the WSDL's order."""

from collections.abc import Mapping
from typing import Any

from salesforce_simulator.soap.asked import Asked
from salesforce_simulator.soap.envelope import SoapError, element

MAX_DESCRIBED = 100
# Only REST has addresses, and these flags.
_ONLY_REST = frozenset({"urls", "listviewable", "lookupLayoutable", "sobjectDescribeOption"})


def describe_global(asked: Asked) -> str:
    return f"<result>{_elements(asked.rest('GET', 'sobjects'))}</result>"


def describe_object(asked: Asked) -> str:
    return f"<result>{_described(asked, asked.argument('sObjectType'))}</result>"


def describe_objects(asked: Asked) -> str:
    names = asked.values("sObjectType")
    if len(names) > MAX_DESCRIBED:
        message = f"cannot describe more than {MAX_DESCRIBED} objects in one call"
        raise SoapError("EXCEEDED_ID_LIMIT", message)
    return "".join(f"<result>{_described(asked, each)}</result>" for each in names)


def _described(asked: Asked, name: str) -> str:
    if asked.call.org.schema.find(name) is None:
        raise SoapError("INVALID_TYPE", f"sObject type '{name}' is not supported.")
    found = asked.rest("GET", f"sobjects/{name}/describe")
    return _elements(
        {
            **found,
            "urlDetail": found["urls"]["uiDetailTemplate"],
            "urlEdit": found["urls"]["uiEditTemplate"],
            "urlNew": found["urls"]["uiNewRecord"],
        }
    )


def _elements(content: Mapping[str, Any]) -> str:
    """Elements in the order of their names; nulls are left out, a list repeats its element."""
    said = []
    for name, value in sorted(content.items()):
        if value is None or name in _ONLY_REST:
            continue
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, Mapping):
                said.append(f"<{name}>{_elements(each)}</{name}>")
            elif name == "defaultValue" and not isinstance(each, bool):
                said.append(f'<{name} xsi:type="xsd:string">{each}</{name}>')
            else:
                said.append(element(name, each))
    return "".join(said)
