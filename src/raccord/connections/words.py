"""The sentences for our own codes of this layer: what happened, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping

from raccord.connections.deletion_words import DELETION_SENTENCES
from raccord.connections.installation_words import INSTALLATION_SENTENCES
from raccord.connections.limit_words import LIMIT_SENTENCES
from raccord.connections.parked_words import PARKED_SENTENCES
from raccord.connections.plug_in.words import PLUG_IN_SENTENCES
from raccord.engine.errors import sentence

SENTENCES: Mapping[str, tuple[str, str]] = {
    "raccord.vault.wrong_key": (
        sentence("The stored secrets were encrypted with another key than the present one."),
        sentence("Put the former key back into RACCORD_VAULT_KEYS. Everything then goes on."),
    ),
    **INSTALLATION_SENTENCES,
    # Authorizations
    "raccord.authorization.name_missing": (
        sentence("The authorization needs a name."),
        sentence("Choose one by which your colleagues recognise it."),
    ),
    "raccord.authorization.name_taken": (
        sentence("There already is an authorization named “%(name)s”."),
        sentence("Choose another name, or use the existing authorization."),
    ),
    "raccord.authorization.application_missing": (
        sentence("The application's id is missing."),
        sentence("Copy it from the app that an administrator registered over there."),
    ),
    "raccord.authorization.wrong_address": (
        sentence("This sign-in address does not belong to the source."),
        sentence("Enter your organization's own address; it ends in one of: %(domains)s."),
    ),
    "raccord.authorization.unknown_environment": (
        sentence("There is no environment “%(environment)s” for this source."),
        sentence("Choose one from the list."),
    ),
    "raccord.authorization.in_use": (
        sentence("Connections still use this authorization: %(connections)s."),
        sentence("Choose another authorization for them first, or remove them."),
    ),
    "raccord.authorization.not_authorized": (
        sentence("Nobody has authorized access yet."),
        sentence("Open the authorization and choose “Authorize access”."),
    ),
    "raccord.authorization.no_refresh_token": (
        sentence("The access has expired, and the other side gave nothing to renew it with."),
        sentence("Let its app allow refresh tokens (offline access), then authorize again."),
    ),
    "raccord.authorization.other_organization": (
        sentence("This sign-in leads to another organization than %(organization)s."),
        sentence("Sign in to the same organization, or make a new connection for the other one."),
    ),
    "raccord.authorization.renewal_slow": (
        sentence("Another process has been renewing this authorization for too long."),
        sentence("Raccord tries again by itself."),
    ),
    "raccord.authorization.sign_in_expired": (
        sentence("The sign-in took more than a quarter of an hour."),
        sentence("Start the authorization again."),
    ),
    **PLUG_IN_SENTENCES,
    # Connections
    "raccord.connection.unknown_source": (
        sentence("There is no connector for the source “%(source)s”."),
        sentence("Choose a source from the list."),
    ),
    "raccord.connection.no_sign_in": (
        sentence("%(source)s needs no authorization."),
        sentence("Choose another source."),
    ),
    "raccord.connection.name_missing": (
        sentence("The connection needs a name."),
        sentence("Choose one by which your colleagues recognise it."),
    ),
    "raccord.connection.name_taken": (
        sentence("This project already has a connection named “%(name)s”."),
        sentence("Choose another name."),
    ),
    "raccord.connection.authorization_missing": (
        sentence("No authorization is chosen."),
        sentence("Choose “See third-party service authorizations” to pick or create one."),
    ),
    "raccord.connection.other_source": (
        sentence("The authorization “%(authorization)s” is for another source."),
        sentence("Pick one that was made for this source."),
    ),
    "raccord.connection.integration_active": (
        sentence("The data integration of “%(connection)s” is still switched on."),
        sentence("Deactivate it first. Nothing is deleted by that."),
    ),
    # Data transfers
    "raccord.transfer.unknown_object": (
        sentence("The source has no data type “%(object)s” that can be paired with contacts."),
        sentence("Choose a data type from the list."),
    ),
    "raccord.transfer.there_already": (
        sentence("This connection already has the data type %(object)s."),
        sentence("Change the existing one; each data type is there once."),
    ),
    "raccord.transfer.not_mapped": (
        sentence("No fields are mapped yet."),
        sentence("Choose “Field mapping” and add the pairs of fields that belong together."),
    ),
    "raccord.transfer.nothing_sent": (
        sentence("Every mapped field should come from there, and the source gives no changes."),
        sentence("Let at least one field flow to the other side."),
    ),
    "raccord.transfer.not_received": (
        sentence(
            "No contact can be made of people who are known there only: "
            "%(fields)s does not come from there."
        ),
        sentence("Let these fields flow from there or both ways, or make no contacts."),
    ),
    "raccord.transfer.required_missing": (
        sentence("The other side creates no record without: %(fields)s."),
        sentence("Map these fields as well."),
    ),
    "raccord.transfer.active": (
        sentence("The data type %(object)s is in use by an active data integration."),
        sentence("Deactivate the data type first."),
    ),
    # Field mappings
    "raccord.mapping.field_unknown": (
        sentence("The project has no field “%(field)s”."),
        sentence("Choose one of the project's fields."),
    ),
    "raccord.mapping.field_twice": (
        sentence("The field “%(field)s” is mapped twice."),
        sentence("Keep one of the two lines."),
    ),
    "raccord.mapping.remote_field_unknown": (
        sentence("%(object)s has no field “%(field)s”, or it is not visible to Raccord's user."),
        sentence("Choose another field, or have the field made visible over there."),
    ),
    "raccord.mapping.remote_field_twice": (
        sentence("The third-party field “%(field)s” is mapped twice."),
        sentence("Keep one of the two lines: two values cannot go into one field."),
    ),
    "raccord.mapping.remote_field_gone": (
        sentence("The third-party field no longer exists, or is no longer visible."),
        sentence("Map another field, or have it restored: the mapping then goes on by itself."),
    ),
    "raccord.mapping.transform_unfit": (
        sentence("“%(field)s” cannot be converted that way for “%(remote)s”."),
        sentence("Choose one of the conversions that the list offers."),
    ),
    "raccord.mapping.not_received": (
        sentence("The source does not tell what changes there, so “%(remote)s” cannot be read."),
        sentence("Let the field flow to the other side."),
    ),
    "raccord.mapping.value_unknown_here": (
        sentence("The field has no value “%(value)s”; nothing was saved."),
        sentence("Choose one of the values on offer."),
    ),
    "raccord.mapping.value_unknown_there": (
        sentence("The list over there has no value “%(value)s”; nothing was saved."),
        sentence("Choose one of the values on offer."),
    ),
    "raccord.mapping.none_left": (
        sentence("An active data type needs at least one pair of fields."),
        sentence("Deactivate the data type before you remove its last pair."),
    ),
    # Pre-flight
    "raccord.preflight.signed_in": (
        sentence("Signed in to %(organization)s as %(user)s."),
        "",
    ),
    "raccord.preflight.no_transfer": (
        sentence("No data type of the connection is active."),
        sentence("Open the connection, map the fields of a data type and activate it."),
    ),
    "raccord.preflight.no_operation": (
        sentence("No operation is ticked for any active data type, and no field flows in."),
        sentence("Tick what should be sent under “Update types” and save."),
    ),
    "raccord.preflight.nothing_sent": (
        sentence("No operation is ticked, so what changes in Raccord is not sent."),
        sentence("Tick what should be sent under “Update types”, unless data is only to come in."),
    ),
    "raccord.preflight.nothing_to_send": (
        sentence("Operations are ticked, but every mapped field only comes in: no value is sent."),
        sentence("Let a field flow out or both ways, or un-tick the operations."),
    ),
    "raccord.preflight.not_createable": (
        sentence("Raccord's user may not create records of %(object)s."),
        sentence("Have the permission granted over there."),
    ),
    "raccord.preflight.external_id": (
        sentence("Each new record carries Raccord's own id in %(field)s: no duplicates."),
        "",
    ),
    "raccord.preflight.no_external_id": (
        sentence(
            "The organization has no field %(field)s for Raccord's own id, so duplicates cannot "
            "be excluded when an answer is lost."
        ),
        sentence("Have an administrator add it: text, 64 characters, unique, external id."),
    ),
    "raccord.preflight.no_lookup": (
        sentence("None of the fields that people are looked up by is mapped (%(fields)s)."),
        sentence("Map one, or people who already exist over there are created again."),
    ),
    "raccord.preflight.mapped": (
        sentence("All mapped fields exist, and may flow as they are mapped: %(count)s."),
        "",
    ),
    # Alert recipients
    "raccord.recipient.invalid": (
        sentence("“%(email)s” is not an e-mail address."),
        sentence("Enter one address, such as name@example.org."),
    ),
    "raccord.recipient.there_already": (
        sentence("%(email)s is on the list already."),
        sentence("Each address is told once."),
    ),
    # Receiving
    "raccord.receiving.not_active": (
        sentence("Nothing is received while the integration is not active."),
        sentence("Activate or resume it first."),
    ),
    "raccord.receiving.nothing_flows_in": (
        sentence("Over this connection nothing comes in."),
        sentence("Let at least one mapped field flow from there or both ways."),
    ),
    # Being told
    "raccord.receiving_address.not_offered": (
        sentence("This source tells nothing by itself."),
        sentence("Nothing is to be done: Raccord asks it for changes."),
    ),
    "raccord.receiving_address.moved": (
        sentence("Somebody else made a secret meanwhile; nothing was changed."),
        sentence("Ask your colleagues for it, or make another one now."),
    ),
    # Comparing both sides
    "raccord.reconcile.not_active": (
        sentence("Nothing can be compared while the integration or the data type is not active."),
        sentence("Activate or resume it first."),
    ),
    "raccord.reconcile.under_way": (
        sentence("This data type is being compared already."),
        sentence("Wait until that comparison is over, or cancel it."),
    ),
    "raccord.reconcile.over": (
        sentence("This comparison cannot be changed any more, or not in this way."),
        sentence("Reload the page to see how it stands now."),
    ),
    "raccord.reconcile.nothing_to_repair": (
        sentence("This comparison found nothing that a repair could put right."),
        sentence("Compare again to see how both sides stand now."),
    ),
    "raccord.reconcile.outdated": (
        sentence("Both sides were compared again since."),
        sentence("Repair what the newest comparison found."),
    ),
    "raccord.reconcile.interrupted": (
        sentence("The comparison was interrupted several times at the same place."),
        sentence("Start it again; if it stops once more, send us what the log says."),
    ),
    "raccord.reconcile.wrong_time": (
        sentence("This is no time at which both sides can be compared."),
        sentence("Choose from the lists."),
    ),
    # Links
    "raccord.link.not_waiting": (
        sentence("This contact no longer waits for somebody to choose its record."),
        sentence("Reload the page to see how it stands now."),
    ),
    "raccord.link.not_a_candidate": (
        sentence("The chosen %(object)s is no longer one of those that could be this contact."),
        sentence("Choose another one, or try the contact again."),
    ),
    "raccord.link.taken": (
        sentence("Another contact is already linked to the chosen %(object)s."),
        sentence("Choose another one, or delete the contact that is one too many."),
    ),
    # The flow
    "raccord.sync.match_taken": (
        sentence("Another contact is already linked to the %(object)s that fits this one."),
        sentence("Give one of the two contacts another address, or delete the one too many."),
    ),
    "raccord.sync.created_twice": (
        sentence("The contact now has two records there: %(first)s and %(second)s."),
        sentence("Merge the two records there; then try again."),
    ),
    "raccord.sync.conflict": (
        sentence("Both sides changed, and nobody may decide for you: %(fields)s."),
        sentence("Choose the value that holds under “Needs a decision”."),
    ),
    "raccord.sync.several_contacts": (
        sentence("Several contacts could be this record, and Raccord does not guess."),
        sentence("Choose the one it belongs to, or keep the record apart."),
    ),
    "raccord.sync.contact_taken": (
        sentence("The contact that fits this record has, or could have, another record there."),
        sentence("Merge the two records there, or keep this one apart."),
    ),
    "raccord.sync.was_deleted": (
        sentence("The contact that fits this record was deleted here."),
        sentence("Restore the contact, or keep the record apart."),
    ),
    "raccord.sync.no_key": (
        sentence("The record has no value for what identifies a contact here."),
        sentence("Add the value over there, or keep the record apart."),
    ),
    "raccord.sync.not_answered": (
        sentence("It was sent, and no answer came back: it may or may not have arrived."),
        sentence("Raccord looks by itself what became of it before it sends anything more."),
    ),
    "raccord.sync.spoken_for": (
        sentence("Another contact with the same address is being sent at the moment."),
        sentence("Raccord tries this one again by itself."),
    ),
    "raccord.sync.malformed_answer": (
        sentence("The other side's answer could not be understood."),
        sentence("Raccord looks by itself what became of the record."),
    ),
    "raccord.sync.out_of_time": (
        sentence("There was no time left to send this record."),
        sentence("Raccord tries again by itself."),
    ),
    "raccord.sync.interrupted": (
        sentence("Work on this record was begun many times and never came to an end."),
        sentence("Try again; if it happens again, report it with the time: the log says more."),
    ),
    "raccord.sync.too_many_failures": (
        sentence("Too many records were refused one after the other."),
        sentence("Correct what the reasons name, then resume: what was waiting is then sent."),
    ),
    # Decisions: a field that both sides changed
    "raccord.conflict.moved": (
        sentence("Something changed since you looked; nothing was written."),
        sentence("Look at what both sides hold now, and choose again."),
    ),
    "raccord.conflict.closed": (
        sentence("This was decided already, or is being looked at again."),
        sentence("Nothing is to be done, unless it comes back here."),
    ),
    "raccord.conflict.not_readable": (
        sentence("One of the two sides cannot be read at the moment; nothing was written."),
        sentence("Check that neither the contact nor its record was deleted; then try again."),
    ),
    "raccord.conflict.not_on_offer": (
        sentence("This cannot be chosen here; nothing was written."),
        sentence("Choose one of what is offered."),
    ),
    "raccord.conflict.grounds_missing": (
        sentence("A “yes” needs grounds; nothing was written."),
        sentence("Say how you know, for example “Paper form of the fair, 12 May”."),
    ),
    "raccord.conflict.grounds_long": (
        sentence("The grounds are too long; nothing was written."),
        sentence("Use at most %(most)s characters."),
    ),
    # Decisions: whom a record stands for
    "raccord.meeting.not_waiting": (
        sentence("This record no longer waits for a decision."),
        sentence("Nothing is to be done, unless it comes back here."),
    ),
    "raccord.meeting.not_a_candidate": (
        sentence("The record could no longer be this contact; nothing was written."),
        sentence("Choose another contact, or keep the record apart."),
    ),
    "raccord.meeting.contact_taken": (
        sentence("The chosen contact has another record there already, or is being sent there."),
        sentence("Choose another contact, or keep the record apart."),
    ),
    "raccord.meeting.record_taken": (
        sentence("Another contact is linked to this record already."),
        sentence("Nothing is to be done: the record has its contact."),
    ),
    "raccord.meeting.record_gone": (
        sentence("The record was deleted there, or is hidden from Raccord's user."),
        sentence("If it was deleted, keep it apart; else have it made visible and try again."),
    ),
    **DELETION_SENTENCES,
    **LIMIT_SENTENCES,
    **PARKED_SENTENCES,
}
