"""Another org behind the same address, as after a sandbox was made anew or a domain moved."""

import secrets

from salesforce_simulator.ids import make_id
from salesforce_simulator.org import Org


def become(org: Org, *, name: str, keep_records: bool, accept_tokens: bool) -> None:
    """Give the org another id, and tell it in every answer from now on.

    keep_records: a copy of the old org, with the same records; else it is empty. accept_tokens:
    access and refresh tokens go on; else nobody is signed in and no app is approved any more.
    """
    with org.lock:
        old = org.store("Organization").live[org.id]
        org.id = make_id("00D", secrets.randbelow(62**6))
        org.name = name
        stamp = org.now_stamp()
        row = {**old, "Id": org.id, "Name": name, "SystemModstamp": stamp}
        org.store("Organization").put(row)
        org.store("Organization").remove(old["Id"])
        if not keep_records:
            org.remove_records()
        if not accept_tokens:
            org.grants.expire_sessions()
            for approval in list(org.grants.approvals):
                org.grants.revoke_approval(approval)
        org.journal.purged([("Organization", old["Id"], None)])
        org.journal.rows([("Organization", row)])
        org.journal.organization(org)
