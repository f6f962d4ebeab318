"""The deployments of an org: carried out one after another, in the order they came."""

import threading
from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING

from salesforce_simulator.errors import ApiError
from salesforce_simulator.ids import make_id, normal_id
from salesforce_simulator.metadata.deployment import (
    CANCELED,
    CANCELING,
    FAILED,
    IN_PROGRESS,
    PENDING,
    SUCCEEDED,
    Deployment,
    carry_out,
)
from salesforce_simulator.metadata.options import Options

if TYPE_CHECKING:
    from salesforce_simulator.org import Org

_KEPT = 1000
_KEPT_VALIDATIONS = 10


class Deployments:
    """Holds the deployments and the one thread that works on them while there are any."""

    def __init__(self, org: "Org") -> None:
        self._org = org
        self._lock = threading.Lock()
        self._known: dict[str, Deployment] = {}
        self._waiting: deque[Deployment] = deque()
        self._worker: threading.Thread | None = None
        self._may_run = threading.Event()
        self._may_run.set()
        self._last = 0

    def add(self, packed: bytes, options: Options, *, user_id: str) -> Deployment:
        """Queue a deployment of a zip and return it at once."""
        with self._lock:
            self._last += 1
            deployment = Deployment(
                id=make_id("0Af", self._last),
                user_id=user_id,
                options=options,
                packed=packed,
                created=self._org.now_stamp(),
            )
            self._known[deployment.id] = deployment
            self._forget_old()
            self._waiting.append(deployment)
            if self._worker is None:
                self._worker = threading.Thread(target=self._work, name="deploy", daemon=True)
                self._worker.start()
        return deployment

    def repeat(self, validated_id: str, *, user_id: str) -> Deployment:
        """Queue what was validated before. ApiError where there is no such validation."""
        validated = self._known.get(normal_id(validated_id) or "")
        if validated is None or not validated.options["checkOnly"] or not validated.packed:
            message = f"no recent validation with the id {validated_id}"
            raise ApiError("INVALID_ID_FIELD", message, status=404)
        options = replace(validated.options, flags={**validated.options.flags, "checkOnly": False})
        deployment = self.add(validated.packed, options, user_id=user_id)
        deployment.validated_id = validated.id
        return deployment

    def get(self, deployment_id: str) -> Deployment:
        """Return the deployment of an id in either form. ApiError if there is none."""
        found = self._known.get(normal_id(deployment_id) or "")
        if found is None:
            message = f"INVALID_ID_FIELD: Deploy with id {deployment_id} cannot be found"
            raise ApiError("INVALID_ID_FIELD", message, status=404)
        return found

    def cancel(self, deployment: Deployment, *, user_id: str) -> None:
        """Ask for the end of a deployment; one that waits ends at once."""
        with self._lock:
            if deployment.done:
                message = "Deployment already completed"
                raise ApiError("INVALID_ID_FIELD", message)
            deployment.canceled_by = user_id
            if deployment.status == PENDING:
                self._waiting.remove(deployment)
                self._end(deployment, CANCELED)
            else:
                deployment.status = CANCELING

    def hold(self) -> None:
        """Let what is queued wait from now on, as behind others in a busy org."""
        self._may_run.clear()

    def resume(self) -> None:
        self._may_run.set()

    def _work(self) -> None:
        while True:
            self._may_run.wait()
            with self._lock:
                if not self._waiting:
                    self._worker = None
                    return
                deployment = self._waiting.popleft()
                deployment.status = IN_PROGRESS
                deployment.started = deployment.changed = self._org.now_stamp()
            self._carry_out(deployment)

    def _carry_out(self, deployment: Deployment) -> None:
        status = FAILED
        try:
            status = carry_out(self._org, deployment)
        except Exception as bug:
            # A deployment must come to an end whatever happens: its caller polls until it does.
            deployment.error_code = "UNKNOWN_EXCEPTION"
            deployment.error = f"An unexpected error occurred: {bug}"
            raise
        finally:
            with self._lock:
                self._end(deployment, status)

    def _end(self, deployment: Deployment, status: str) -> None:
        if not (deployment.options["checkOnly"] and status == SUCCEEDED):
            deployment.packed = b""
        deployment.completed = deployment.changed = self._org.now_stamp()
        deployment.status = status

    def _forget_old(self) -> None:
        ended = [each for each in self._known.values() if each.done]
        for each in ended[: max(0, len(self._known) - _KEPT)]:
            del self._known[each.id]
        validated = [each for each in ended if each.packed]
        for each in validated[:-_KEPT_VALIDATIONS]:
            each.packed = b""
