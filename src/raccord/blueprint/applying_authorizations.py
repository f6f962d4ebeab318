"""Stage 2 of applying: the authorizations. Before: the project; after: the connections."""

from __future__ import annotations

from raccord.blueprint.apply_run import ApplyRun
from raccord.blueprint.document import AuthorizationPart
from raccord.blueprint.reading import Keys
from raccord.connections import authorizations, authorize, endpoints, vault
from raccord.connections.models import Authorization, GrantType
from raccord.connections.tokens import NOT_AUTHORIZED
from raccord.connectors.oauth import TokenEndpoint
from raccord.engine.errors import BadInput


class Grants:
    """The authorizations of one run by name, and the grants that were got for them over there."""

    def __init__(self, run: ApplyRun) -> None:
        self._run = run
        self._of_file: dict[str, Authorization] = {}
        self._got: list[tuple[TokenEndpoint, str]] = []

    def set_up(self, part: AuthorizationPart, *, keys: Keys) -> None:
        """Also signs in, so that a wrong secret is told here and not by the first contact."""
        known = Authorization.objects.filter(name=part.name).first()
        with self._run.placed(keys):
            if known is None:
                known, result = _created(part), "created"
            else:
                result = _changed(known, part)
            if result != "unchanged" or not authorizations.usable(known):
                known = self._signed_in(known)
        self._of_file[part.name] = known
        self._run.note("authorization", part.name, result)

    def named(self, name: str, *, keys: Keys) -> Authorization:
        """The authorization of this name: of the file, else one that somebody made here."""
        if name in self._of_file:
            return self._of_file[name]
        with self._run.placed(keys):
            known = Authorization.objects.filter(name=name).first()
            if known is None:
                raise BadInput("raccord.blueprint.no_such_authorization", {"name": name})
            if not authorizations.usable(known):
                raise BadInput(NOT_AUTHORIZED)
        return known

    def give_back(self) -> None:
        """Revoke over there what was got in this run: here, everything was undone."""
        for endpoint, token in self._got:
            authorizations.give_back(endpoint, token=token)

    def _signed_in(self, known: Authorization) -> Authorization:
        former = vault.unseal(known.access_token_sealed)
        known = authorize.sign_in_application(known)
        token = vault.unseal(known.access_token_sealed)
        # Some answer with the token of before, which is still in use.
        if token != former:
            self._got.append((endpoints.token_endpoint(known), token))
        return known


def _created(part: AuthorizationPart) -> Authorization:
    return authorizations.create_authorization(
        part.source,
        name=part.name,
        environment=endpoints.OWN_ADDRESS,
        own_address=part.login_url,
        client_id=part.client_id,
        client_secret=part.client_secret,
        grant=GrantType.CLIENT_CREDENTIALS,
    )


def _changed(known: Authorization, part: AuthorizationPart) -> str:
    if known.grant != GrantType.CLIENT_CREDENTIALS or known.source != part.source:
        raise BadInput("raccord.blueprint.other_authorization", {"name": part.name})
    endpoint = endpoints.token_endpoint(known)
    before = (known.login_url, endpoint.client_id, endpoint.client_secret)
    wanted = (part.login_url.rstrip("/").lower(), part.client_id, part.client_secret)
    if before == wanted:
        return "unchanged"
    known.login_url = endpoints.login_url(
        endpoints.declaration_of(part.source),
        environment=endpoints.OWN_ADDRESS,
        own_address=part.login_url,
    )
    authorizations.change_application(
        known, name=part.name, client_id=part.client_id, client_secret=part.client_secret
    )
    return "changed"
