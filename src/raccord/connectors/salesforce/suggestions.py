"""The remote fields that a project's usual columns are usually mapped to.

Keys are those that people give their fields, in English and in French. A suggestion is only
offered where the org has the field; the mapping screen decides nothing by it.
"""

from __future__ import annotations

from collections.abc import Mapping

_PERSON: Mapping[str, str] = {
    "Email": "email e_mail mail courriel adresse_courriel adresse_email",
    "FirstName": "first_name firstname given_name prenom",
    "LastName": "last_name lastname surname family_name nom nom_de_famille",
    "Salutation": "salutation civilite",
    "Title": "title job_title titre fonction poste",
    "Phone": "phone telephone tel",
    "MobilePhone": "mobile mobile_phone cell portable telephone_portable cellulaire",
    "Fax": "fax telecopie",
    "LeadSource": "lead_source source origine provenance",
    "HasOptedOutOfEmail": "newsletter email_consent infolettre abonnement consentement",
    "HasOptedOutOfFax": "fax_consent consentement_fax",
    "DoNotCall": "phone_consent consentement_telephone",
    "Description": "notes description comments remarques commentaires",
}
_ADDRESS: Mapping[str, str] = {
    "Street": "street address rue adresse",
    "City": "city ville",
    "State": "state province region etat departement",
    "PostalCode": "postal_code postcode zip zip_code code_postal",
    "Country": "country pays",
}
_CONTACT_ONLY: Mapping[str, str] = {
    "Birthdate": "birthdate birthday date_of_birth date_de_naissance naissance anniversaire",
    "Department": "department service",
}
_LEAD_ONLY: Mapping[str, str] = {
    "Company": "company organization societe entreprise organisation",
    "Website": "website site_web site",
    "Industry": "industry secteur",
}


def _by_local_key(*remote_fields: Mapping[str, str]) -> Mapping[str, str]:
    return {
        key: remote
        for fields in remote_fields
        for remote, keys in fields.items()
        for key in keys.split()
    }


_MAILING = {f"Mailing{name}": keys for name, keys in _ADDRESS.items()}

CONTACT = _by_local_key(_PERSON, _MAILING, _CONTACT_ONLY)
LEAD = _by_local_key(_PERSON, _ADDRESS, _LEAD_ONLY)
