from django.db import migrations, models
from django.db.models import Q

# What `search_text.words` takes for the end of a word; all ASCII signs but the quote, then it.
SIGNS = "!\"#$%&()*+,-./:;<=>?@[\\]^_`{|}~«»“”‘’–—…¿¡"
SPACES = r"\n\t\r\f\v\x1c\x1d\x1e\x1f\u0085\u1680\u2028\u2029"

# An index takes 2,046 bytes in a word: see `search_text.LONGEST_WORD`.
BEARABLE = r"""
UPDATE contacts_contact
SET search_text = regexp_replace("left"(search_text, 200000), '(\S{250}\S{250})', '\1 ', 'g')
WHERE search_text ~ '\S{250}\S{250}' OR char_length(search_text) > 200000;
"""
WORDS = f"""
CREATE FUNCTION raccord_words(project bigint, given text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
array_to_tsvector(array_append(array_remove(string_to_array(
    translate(given, '{SIGNS}''' || E'{SPACES}', repeat(' ', {len(SIGNS) + 14})),
    ' '), ''), '#' || project::text));
"""
# A short list of new entries, since every search looks through it.
INDEX = """
CREATE INDEX contact_words ON contacts_contact
USING gin (raccord_words(project_id, search_text)) WITH (gin_pending_list_limit = 1024)
WHERE deleted_at IS NULL;
"""


class Migration(migrations.Migration):
    """Search by words, and the list of living contacts, through indexes of their own."""

    dependencies = [("contacts", "0010_list_functions")]

    operations = [
        migrations.RunSQL(BEARABLE, migrations.RunSQL.noop),
        migrations.RunSQL(WORDS, "DROP FUNCTION raccord_words(bigint, text)"),
        migrations.RunSQL(INDEX, "DROP INDEX contact_words"),
        migrations.RemoveIndex(model_name="contact", name="contact_recent"),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(
                condition=Q(deleted_at=None),
                fields=["project", "updated_at", "id"],
                name="contact_changed",
            ),
        ),
    ]
