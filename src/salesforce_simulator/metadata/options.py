"""What a deployment is asked to do, in the words of the API."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from salesforce_simulator.errors import ApiError
from salesforce_simulator.metadata.document import Node

_FLAGS = {
    "allowMissingFiles": False,
    "autoUpdatePackage": False,
    "checkOnly": False,
    "ignoreWarnings": False,
    "performRetrieve": False,
    "purgeOnDelete": False,
    "rollbackOnError": False,
    "singlePackage": False,
}
_TEST_LEVELS = frozenset(
    {"NoTestRun", "RunSpecifiedTests", "RunLocalTests", "RunAllTestsInOrg", "RunRelevantTests"}
)


@dataclass(frozen=True, slots=True)
class Options:
    """The flags by their names in the API, the tests named, and which tests are to run."""

    flags: Mapping[str, bool]
    run_tests: tuple[str, ...] = ()
    test_level: str = ""

    def __getitem__(self, name: str) -> bool:
        return self.flags[name]

    def as_dict(self) -> dict[str, Any]:
        """The options as the REST resource repeats them."""
        return {
            **self.flags,
            "runAllTests": False,
            "runTests": list(self.run_tests) or None,
            "testLevel": self.test_level or None,
        }


def options_of_json(content: Any) -> Options:
    """Return the options of a JSON body. ApiError for what is none."""
    given = content.get("deployOptions", {}) if isinstance(content, dict) else None
    if not isinstance(given, dict):
        raise ApiError("JSON_PARSER_ERROR", "deployOptions: an object is needed")
    flags = dict(_FLAGS, rollbackOnError=True)
    for name in _FLAGS:
        value = given.get(name)
        if value is not None and not isinstance(value, bool):
            raise ApiError("JSON_PARSER_ERROR", f"{name}: true or false is needed")
        flags[name] = flags[name] if value is None else value
    tests = given.get("runTests") or []
    if not isinstance(tests, list) or not all(isinstance(each, str) for each in tests):
        raise ApiError("JSON_PARSER_ERROR", "runTests: a list of names is needed")
    return _options(flags, tuple(tests), str(given.get("testLevel") or ""))


def options_of_xml(node: Node) -> Options:
    """Return the options of a SOAP call. ApiError for what is none."""
    flags = {name: node.flag(name) for name in _FLAGS}
    tests = tuple(each for each in node.texts("runTests") if each)
    return _options(flags, tests, node.get("testLevel"))


def _options(flags: Mapping[str, bool], tests: tuple[str, ...], level: str) -> Options:
    if level and level not in _TEST_LEVELS:
        message = f"'{level}' is not a valid value for the enum 'TestLevel'"
        raise ApiError("INVALID_TYPE", message)
    if level == "RunSpecifiedTests" and not tests:
        message = "runTests must be specified when testLevel is RunSpecifiedTests"
        raise ApiError("INVALID_OPERATION", message)
    return Options(flags, tests, level)
