"""Write examples/contacts.csv: a made-up contact list with the troubles of real ones.

    python -m tools.example_contacts

Most lines are good; the others are there so that the demo shows what happens to them:
accents, apostrophes, upper-case and repeated e-mails, missing last names (fine here, refused by
the CRM), impossible dates, addresses that are none, quotes, line breaks, emoji, right-to-left
names, a leading "=", a byte order mark, and lines with too few or too many cells.
The same run always writes the same file.
"""

import csv
import io
import itertools
import random
import unicodedata
from collections.abc import Iterator
from pathlib import Path

COLUMNS = [
    "email", "first_name", "last_name", "salutation", "company", "title", "phone", "mobile",
    "street", "city", "state", "postal_code", "country", "language", "birthdate", "lead_source",
    "newsletter", "notes",
]  # fmt: skip

FIRST_NAMES = [
    "Zoé",
    "Hélène",
    "François",
    "Jürgen",
    "Søren",
    "Łucja",
    "Renée",
    "Åsa",
    "Björn",
    "Chloé",
    "Éloïse",
    "Noël",
    "Inès",
    "Anaïs",
    "Théo",
    "María",
    "José",
    "Íñigo",
    "Márta",
    "Ștefan",
    "Dvořák",
    "Siobhán",
    "Niamh",
    "Aoife",
    "Liam",
    "Emma",
    "Louis",
    "Jade",
    "Gabriel",
    "Alice",
    "Paul",
    "Rose",
    "Jules",
    "Anna",
    "Arthur",
    "Lina",
    "Hugo",
    "Mia",
    "Adam",
    "Léa",
    "Raphaël",
    "Camille",
    "Nathan",
    "Sarah",
    "Thomas",
    "Manon",
]
LAST_NAMES = [
    "O'Brien", "D'Angelo", "L'Écuyer", "Lefèvre", "Müller", "Østergaard", "Wałęsa", "Nguyễn",
    "García Márquez", "de La Fontaine", "van den Berg", "Saint-Exupéry", "Martin", "Bernard",
    "Dubois", "Petit", "Durand", "Leroy", "Moreau", "Simon", "Laurent", "Michel", "Bélanger",
    "Tremblay", "Gagnon", "Roy", "Côté", "Bouchard", "Gauthier", "Morin", "Smith", "Jones",
    "Fernández", "Rossi", "Bianchi", "Novák", "Šimůnková", "Kowalski", "Ó Súilleabháin", "Schäfer",
]  # fmt: skip
COMPANIES = [
    "Ateliers du Rhône", "Boulangerie Péché & Fils", "Nordlicht GmbH", "Café « Le Zinc »",
    "Smith, Jones & Co.", "Éditions de l'Aube", "Coopérative Saint-Laurent", "Fjord Media ApS",
    "Muebles Nuñez", "Studio 21",
]  # fmt: skip
TITLES = [
    "Directrice marketing", "Chef de produit", "Sales Manager", "Responsable des achats",
    "Head of Growth", "Chargée de communication", "CEO", "Assistant(e) de direction",
]  # fmt: skip
CITIES = [
    ("Lyon", "Auvergne-Rhône-Alpes", "69002", "France"),
    ("Saint-Étienne", "Auvergne-Rhône-Alpes", "42000", "France"),
    ("Montréal", "Québec", "H2X 1Y4", "Canada"),
    ("Québec", "Québec", "G1R 4P5", "Canada"),
    ("Genève", "Genève", "1204", "Suisse"),
    ("Liège", "Wallonie", "4000", "Belgique"),
    ("København", "", "1050", "Danmark"),
    ("München", "Bayern", "80331", "Deutschland"),
    ("A Coruña", "Galicia", "15001", "España"),
    ("Cork", "Munster", "T12 X8NP", "Ireland"),
]
STREETS = [
    "rue de l'Église",
    "avenue Jean-Jaurès",
    "chemin du Haut-Bois",
    "Hauptstraße",
    "Main St.",
]
LEAD_SOURCES = ["Web", "Phone Inquiry", "Partner Referral", "Purchased List", "Other"]
PEOPLE = 1120
TARGET = Path(__file__).resolve().parents[1] / "examples" / "contacts.csv"


def _line(**cells: str) -> list[str]:
    return [cells.get(column, "") for column in COLUMNS]


ODD_LINES = [
    _line(
        email="mila@exemple.test",
        first_name="Mila 🌸",
        last_name="Petit-Jean",
        language="fr",
        newsletter="yes",
        notes="emoji ✅",
    ),
    _line(
        email="noa.cohen@exemple.test",
        first_name="נועה",
        last_name="כהן",
        city="תל אביב",
        country="ישראל",
        language="he",
    ),
    _line(
        email="layla@exemple.test",
        first_name="ليلى",
        last_name="العلوي",
        city="الرباط",
        country="المغرب",
        language="ar",
        newsletter="no",
    ),
    _line(
        email="formula@exemple.test",
        first_name="=1+1",
        last_name="Équation",
        phone="+33 4 00 00 00 01",
        language="fr",
        notes="=SUM(A1:A9)",
    ),
    _line(
        email="guillemets@exemple.test",
        first_name='Jean "Jeannot"',
        last_name="Valjean",
        company='Le "Grand" Café',
        language="fr",
        notes='il dit : "bonjour"',
    ),
    _line(
        email="lignes@exemple.test",
        first_name="Line",
        last_name="Dupont",
        street="Bâtiment B\n12 quai des Brumes",
        city="Brest",
        postal_code="29200",
        country="France",
        language="fr",
        notes="première ligne\ndeuxième ligne",
    ),
    _line(
        email="quatrevingts@exemple.test",
        first_name="Maximilienne",
        last_name="UberlongpatronymeUberlongpatronymeUberlongpatronymeUberlongpatronymeFin-de-ligne",
        language="fr",
    ),
    _line(
        email="espaces@exemple.test ",
        first_name="  Ève ",
        last_name=" Autour ",
        language="fr",
        newsletter=" yes ",
    ),
    _line(
        email="MAJUSCULES@EXEMPLE.TEST",
        first_name="Maude",
        last_name="Juscule",
        language="fr",
        newsletter="no",
    ),
    _line(
        email="bissextile@exemple.test",
        first_name="Flore",
        last_name="Février",
        language="fr",
        birthdate="2024-02-29",
    ),
]
BAD_LINES = [
    _line(email="pas-une-adresse", first_name="Bad", last_name="Address", language="fr"),
    _line(email="deux@@exemple.test", first_name="Two", last_name="Ats", language="fr"),
    _line(
        first_name="Sans", last_name="Clé", language="fr", newsletter="yes", notes="no key at all"
    ),
    _line(email="   ", first_name="Espaces", last_name="Seulement", language="fr"),
    _line(
        email="trente.fevrier@exemple.test",
        first_name="Trente",
        last_name="Février",
        language="fr",
        birthdate="1985-02-30",
    ),
    _line(
        email="jour.mois@exemple.test",
        first_name="Jour",
        last_name="Mois",
        language="fr",
        birthdate="31/12/1980",
    ),
    _line(
        email="peut-etre@exemple.test",
        first_name="Peut",
        last_name="Être",
        language="fr",
        newsletter="maybe",
    ),
    ["trop.court@exemple.test", "Trop", "Court"],
    ["trop.long@exemple.test", "Trop", "Long", *[""] * 15, "one cell", "and another"],
]


def main() -> None:
    """Write the file and say how many lines of which kind it has."""
    lines = [*itertools.islice(people(), PEOPLE), *ODD_LINES]
    for place, bad in enumerate(BAD_LINES):
        lines.insert(90 + place * 117, bad)
    repeated = [[line[0].upper(), *line[1:]] for line in lines[10:16]]
    lines += repeated
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([COLUMNS, *lines])
    TARGET.write_text(text.getvalue(), encoding="utf-8-sig", newline="")
    print(f"{TARGET.name}: {len(lines)} lines, {len(BAD_LINES)} bad, {len(repeated)} repeated")


def people() -> Iterator[list[str]]:
    """Good lines without end, no two with the same address; the same ones each time."""
    chance = random.Random(20261122)  # noqa: S311
    for number in itertools.count():
        yield _person(chance, number)


def _person(chance: random.Random, number: int) -> list[str]:
    first, last = chance.choice(FIRST_NAMES), chance.choice(LAST_NAMES)
    address = f"{_plain(first)}.{_plain(last)}.{number}@exemple.test"
    if number % 37 == 0:
        address = address.upper()
    city, state, postal_code, country = chance.choice(CITIES)
    return [
        address,
        first,
        "" if number % 101 == 5 else last,
        chance.choice(["", "Mr.", "Ms.", "Dr.", "Prof."]),
        chance.choice(COMPANIES),
        chance.choice(TITLES),
        f"+33 4 {chance.randrange(10, 99)} {chance.randrange(10, 99)} 00 {number % 100:02}",
        chance.choice(["", f"+33 6 00 00 {chance.randrange(10, 99)} {number % 100:02}"]),
        f"{chance.randrange(1, 200)}, {chance.choice(STREETS)}",
        city,
        state,
        postal_code,
        country,
        chance.choice(["fr", "en", "de", "es"]),
        f"{chance.randrange(1950, 2004)}-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}",
        chance.choice(LEAD_SOURCES),
        chance.choice(["yes", "no", ""]),
        chance.choice(["", "", "Rencontré(e) au salon de Lyon", "Prefers e-mail over phone"]),
    ]


def _plain(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name.lower().replace("ø", "o").replace("ł", "l"))
    return "".join(letter for letter in decomposed if letter.isascii() and letter.isalnum())


if __name__ == "__main__":
    main()
