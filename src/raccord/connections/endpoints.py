"""Where an authorization signs in, and the one HTTP client that each source shares.

An address that a person may type is only taken if it belongs to the vendor (the source's
declaration says which domains do) or is the simulator that the settings name.
"""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import urlsplit

import httpx
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from raccord.connections import vault
from raccord.connections.models import Authorization
from raccord.connectors import http, registry
from raccord.connectors.base import Declaration, Environment, OAuthEndpoints
from raccord.connectors.oauth import TokenEndpoint
from raccord.engine.errors import BadInput

OWN_ADDRESS = "own"
SIMULATOR = "simulator"

WRONG_ADDRESS = "raccord.authorization.wrong_address"
UNKNOWN_ENVIRONMENT = "raccord.authorization.unknown_environment"
UNKNOWN_SOURCE = "raccord.connection.unknown_source"
NO_SIGN_IN = "raccord.connection.no_sign_in"


def declaration_of(source: str) -> Declaration:
    """The connector of a source; raises BadInput at ``source`` if there is none."""
    try:
        return registry.get(source)
    except KeyError:
        raise BadInput(UNKNOWN_SOURCE, {"source": source[:40]}, at="source") from None


def installed(source: str) -> bool:
    """Whether there still is a connector for the source."""
    return source in registry.all()


def source_label(source: str) -> str:
    """How a source is called; its bare name if its connector is gone."""
    return declaration_of(source).label if installed(source) else source


def offered_sources() -> list[Declaration]:
    """The sources that a person may choose."""
    return [each for each in registry.all().values() if not each.demo_only]


def environments(declaration: Declaration) -> list[tuple[str, str | Promise]]:
    """What the environment drop-down offers: key and label.

    Beside the vendor's own: an address of the organization's own, and the simulator where the
    settings allow one (then first: who runs a simulator means to use it).
    """
    own = [(each.key, each.label) for each in oauth_of(declaration).environments]
    offered: list[tuple[str, str | Promise]] = [*own, (OWN_ADDRESS, _("My own domain"))]
    if settings.SIMULATOR_URL:
        offered.insert(0, (SIMULATOR, _("Simulated organization")))
    return offered


def login_url(declaration: Declaration, *, environment: str, own_address: str = "") -> str:
    """The origin of the sign-in host; raises BadInput for an address that is not the vendor's."""
    if environment == SIMULATOR and settings.SIMULATOR_URL:
        return str(settings.SIMULATOR_URL)
    if environment == OWN_ADDRESS:
        return _own(oauth_of(declaration), own_address)
    known: dict[str, Environment] = {each.key: each for each in oauth_of(declaration).environments}
    if environment not in known:
        raise BadInput(UNKNOWN_ENVIRONMENT, {"environment": environment[:40]}, at="environment")
    return known[environment].login_url


def token_endpoint(authorization: Authorization) -> TokenEndpoint:
    """Where the tokens of `authorization` are asked for, and as which application.

    Raises BadInput if the connector of its source is no longer installed.
    """
    declaration = declaration_of(authorization.source)
    return TokenEndpoint(
        declaration=declaration,
        client=shared_client(declaration),
        login_url=authorization.login_url,
        client_id=authorization.client_id or settings.OAUTH_CLIENT_ID,
        client_secret=_client_secret(authorization),
        simulator_url=settings.SIMULATOR_URL,
    )


def shared_client(declaration: Declaration) -> httpx.Client:
    """The source's HTTP client, one in each process."""
    return _client(declaration.source, settings.SIMULATOR_URL)


def oauth_of(declaration: Declaration) -> OAuthEndpoints:
    """The source's OAuth endpoints; raises BadInput for a source without a sign-in."""
    if declaration.oauth is None:
        raise BadInput(NO_SIGN_IN, {"source": declaration.label}, at="source")
    return declaration.oauth


def preset_application_id() -> str:
    """The application that the settings name; where there is one, nobody is asked for its id."""
    return str(settings.OAUTH_CLIENT_ID)


def _own(oauth: OAuthEndpoints, typed: str) -> str:
    """An origin from what a person typed: with or without https://, with or without a path."""
    typed = typed.strip().lower()
    parts = urlsplit(typed if "://" in typed else f"https://{typed}")
    origin = f"{parts.scheme}://{parts.netloc}"
    if not http.address_allowed(
        origin, allowed_hosts=oauth.allowed_hosts, simulator_url=settings.SIMULATOR_URL
    ):
        domains = ", ".join(host.lstrip(".") for host in oauth.allowed_hosts)
        raise BadInput(WRONG_ADDRESS, {"domains": domains}, at="own_address")
    return origin


def _client_secret(authorization: Authorization) -> str:
    preset = authorization.client_id in ("", settings.OAUTH_CLIENT_ID)
    if not authorization.client_secret_sealed and preset:
        return str(settings.OAUTH_CLIENT_SECRET)
    return vault.unseal(authorization.client_secret_sealed)


@lru_cache(maxsize=32)
def _client(source: str, simulator_url: str) -> httpx.Client:
    oauth = registry.get(source).oauth
    return http.make_client(
        allowed_hosts=oauth.allowed_hosts if oauth else (), simulator_url=simulator_url
    )
