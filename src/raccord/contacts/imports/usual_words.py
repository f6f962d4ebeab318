"""What people call the columns of their lists, in the languages of the product.

A list of facts: each group holds the names, in plain form (`project_fields.plain_name`), that
mean the same. A field belongs to a group by its key or a label of it.
"""

from __future__ import annotations

GROUPS: tuple[frozenset[str], ...] = tuple(
    frozenset(names.split("|"))
    for names in (
        "email|e mail|mail|email address|e mail address|mail address|courriel|adresse courriel"
        "|adresse de courriel|adresse mail|adresse email|adresse e mail|mel|primary email",
        "first name|firstname|given name|forename|fname|prenom|prenoms|first",
        "last name|lastname|surname|family name|lname|nom|nom de famille|last",
        "full name|name|nom complet|nom et prenom|prenom et nom|contact name",
        "phone|telephone|phone number|telephone number|tel|business phone|work phone"
        "|numero de telephone|no de telephone|telephone bureau|telephone fixe",
        "mobile|cell|cell phone|cellphone|mobile phone|mobile number|cellulaire|portable"
        "|telephone cellulaire|telephone mobile|telephone portable",
        "company|organization|organisation|company name|account|account name|employer"
        "|entreprise|societe|compagnie|nom de l entreprise|organisme|employeur",
        "title|job title|position|role|function|poste|fonction|titre du poste|titre",
        "salutation|civilite|prefix|mr mrs|titre de civilite",
        "street|address|street address|address line 1|address 1|mailing street|rue|adresse"
        "|adresse postale|adresse 1|ligne d adresse 1",
        "city|town|locality|ville|municipalite|localite|commune",
        "state|province|region|state or region|state province|etat|departement"
        "|province ou etat|etat ou region",
        "postal code|postcode|zip|zip code|zip postal code|code postal|cp",
        "country|country region|pays",
        "language|preferred language|langue|langue preferee|langue de correspondance",
        "birthdate|date of birth|birthday|birth date|dob|date de naissance|naissance|anniversaire",
        "newsletter|newsletter consent|newsletter opt in|email opt in|opt in|subscribed"
        "|infolettre|consentement infolettre|abonnement infolettre|consentement|abonne",
        "notes|note|comments|comment|remarks|description|commentaires|commentaire|remarques",
        "website|web site|url|web address|homepage|site web|site internet|adresse web",
        "lead source|source|origin|provenance|origine|source du prospect",
        "gender|sex|sexe|genre",
    )
)


def group_of(name: str) -> frozenset[str]:
    """The names that mean the same as this one; none if it is not known."""
    return next((group for group in GROUPS if name in group), frozenset())
