from django.apps import AppConfig


class SyncConfig(AppConfig):
    name = "raccord.sync"

    def ready(self) -> None:
        """Let every writer of contacts know what the other sides keep."""
        from raccord.contacts import keepers
        from raccord.sync.received_fields import kept

        keepers.register(kept)
