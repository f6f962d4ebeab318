"""What the previous release still writes while, or after, this one's migrations have run."""

from __future__ import annotations

from django.db import connection

from tests.integration.sync.scene import Scene

DAY = """
INSERT INTO sync_daycount (transfer_id, day, delivered, refused) VALUES (%s, '2026-11-22', 3, 1)
ON CONFLICT (transfer_id, day) DO UPDATE SET delivered = sync_daycount.delivered + 3
"""


def test_the_previous_release_failed_after_each_call_since_its_days_were_gone(scene: Scene) -> None:
    """Their table stays for one release, and is in nobody's way who deletes a transfer."""
    with connection.cursor() as cursor:
        cursor.execute(DAY, [scene.transfer.pk])
    scene.integration.delete()
    scene.transfer.delete()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM sync_daycount")
        assert cursor.rowcount == 1
