"""The addresses of the five steps; included at the root, since the OAuth return has no project."""

from django.urls import include, path

from raccord.web.connections import (
    activation,
    authorizations,
    authorizing,
    connection,
    integration,
    integrations,
    mapping,
    plug_in,
    push,
    recipients,
    status,
    transfer_settings,
    transfers,
    value_choices,
)

_project = [
    path("connections/", connection.connections, name="connections"),
    path("connections/new/", connection.new, name="connection-new"),
    path("connections/<int:key>/", connection.edit, name="connection"),
    path("connections/<int:key>/remove/", connection.remove, name="connection-remove"),
    path("connections/<int:key>/secret/", push.secret, name="connection-secret"),
    path("connections/<int:key>/address/close/", push.close, name="connection-address-close"),
    path("connections/<int:key>/address/open/", push.reopen, name="connection-address-open"),
    path("connections/<int:key>/plug-in/", plug_in.page, name="plug-in"),
    path("connections/<int:key>/plug-in/install/", plug_in.install, name="plug-in-install"),
    path("connections/<int:key>/plug-in/remove/", plug_in.remove, name="plug-in-remove"),
    path("connections/<int:key>/plug-in/act/", plug_in.act, name="plug-in-act"),
    path("connections/<int:key>/plug-in/secret/", plug_in.secret_entered, name="plug-in-secret"),
    path("connections/<int:key>/plug-in/look/", plug_in.look, name="plug-in-look"),
    path("connections/<int:key>/plug-in/package.zip", plug_in.download, name="plug-in-package"),
    path("connections/<int:key>/transfers/", transfers.add, name="transfer-add"),
    path("transfers/<int:key>/mapping/", mapping.edit, name="mapping"),
    path("value-choices/<int:key>/", value_choices.edit, name="value-choices"),
    path("transfers/<int:key>/settings/", transfer_settings.edit, name="transfer-settings"),
    path("transfers/<int:key>/activate/", transfers.activate, name="transfer-activate"),
    path("transfers/<int:key>/deactivate/", transfers.deactivate, name="transfer-deactivate"),
    path("transfers/<int:key>/remove/", transfers.remove, name="transfer-remove"),
    path("authorizations/", authorizations.choose, name="authorizations"),
    path("authorizations/new/", authorizations.new, name="authorization-new"),
    path("authorizations/<int:key>/change/", authorizations.change, name="authorization-change"),
    path("authorizations/<int:key>/remove/", authorizations.remove, name="authorization-remove"),
    path("authorizations/<int:key>/access/", authorizing.explain, name="authorization-access"),
    path("integrations/", integrations.integrations, name="integrations"),
    path("integrations/new/", integrations.new, name="integration-new"),
    path("integrations/<int:key>/", integration.page, name="integration"),
    path("integrations/<int:key>/operations/", integration.operations, name="operations"),
    path("integrations/<int:key>/recipients/", recipients.save, name="recipients"),
    path("integrations/<int:key>/recipients/add/", recipients.add, name="recipient-add"),
    path("integrations/<int:key>/activate/", activation.activate, name="integration-activate"),
    path(
        "integrations/<int:key>/deactivate/", activation.deactivate, name="integration-deactivate"
    ),
    path("integrations/<int:key>/resume/", activation.resume, name="integration-resume"),
    path("integrations/<int:key>/status/", status.status, name="integration-status"),
    path("integrations/<int:key>/refusals/", status.refusals, name="integration-refusals"),
    path("integrations/<int:key>/read/", status.read_now, name="integration-read"),
    path("integrations/<int:key>/replay/", status.replay, name="integration-replay"),
]

urlpatterns = [
    path("connections/authorizations/callback", authorizing.returned, name="authorization-return"),
    path("projects/<slug:project>/", include(_project)),
]
