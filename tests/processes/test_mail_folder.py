"""Without a mail server, e-mails can be read as files."""

import email
import subprocess
import sys
from pathlib import Path

from tests.processes.installation import of_a_newcomer
from tests.waiting import PATIENCE


def test_a_mail_becomes_a_file_in_the_folder_that_the_setting_names(data_dir: Path) -> None:
    folder = data_dir / "mail"
    subprocess.run(
        [sys.executable, "-m", "django", "sendtestemail", "ops@example.org"],
        env={
            **of_a_newcomer(data_dir),
            "DJANGO_SETTINGS_MODULE": "raccord.settings",
            "RACCORD_MAIL_DIR": str(folder),
            "RACCORD_MAIL_FROM": "raccord@example.org",
        },
        timeout=PATIENCE,
        check=True,
    )

    (file,) = folder.iterdir()
    message = email.message_from_bytes(file.read_bytes())
    assert (message["From"], message["To"]) == ("raccord@example.org", "ops@example.org")
