"""What the pages say, in French. English is the source; a test holds the two complete."""

from salesforce_simulator.pages.labels import FRENCH_LABELS

_SENTENCES = {
    "Sign in": "Se connecter",
    "Sign in to the simulated org": "Se connecter à l’organisation simulée",
    "User name": "Nom d’utilisateur",
    "Password": "Mot de passe",
    "The user name or the password is not right.": (
        "Le nom d’utilisateur ou le mot de passe est incorrect."
    ),
    "This form is out of date. Please try again.": (
        "Ce formulaire n’est plus à jour. Veuillez réessayer."
    ),
    "Allow access?": "Autoriser l’accès ?",
    "{app} asks to:": "{app} demande à :",
    "You are signed in as {user}.": "Vous êtes connecté en tant que {user}.",
    "Not you?": "Ce n’est pas vous ?",
    "Allow": "Autoriser",
    "Deny": "Refuser",
    "After you choose, you return to {address}.": (
        "Après votre choix, vous reviendrez à {address}."
    ),
    "read and change data through the API": "lire et modifier les données par l’API",
    "keep this access while you are away": "conserver cet accès en votre absence",
    "know your name and e-mail address": "connaître votre nom et votre adresse e-mail",
    "do all of this on your behalf": "faire tout cela en votre nom",
    "use the web pages of the org": "utiliser les pages web de l’organisation",
    "The request cannot be answered": "La demande ne peut pas aboutir",
    "Contacts": "Contacts",
    "Leads": "Pistes",
    "Accounts": "Comptes",
    "API calls": "Appels d’API",
    "Recycle bin": "Corbeille",
    "Search": "Rechercher",
    "Search by name, e-mail or company": "Rechercher par nom, e-mail ou société",
    "New": "Nouveau",
    "Save": "Enregistrer",
    "Cancel": "Annuler",
    "Edit": "Modifier",
    "Delete": "Supprimer",
    "Delete {name}? It goes to the recycle bin.": (
        "Supprimer {name} ? L’enregistrement ira dans la corbeille."
    ),
    "Restore": "Restaurer",
    "Convert": "Convertir",
    "The lead becomes a contact of an account and can no longer be changed.": (
        "La piste devient un contact rattaché à un compte et ne peut plus être modifiée."
    ),
    "Merge": "Fusionner",
    "Id of the record to merge into this one": (
        "Identifiant de l’enregistrement à fusionner dans celui-ci"
    ),
    "The other record goes to the recycle bin for good.": (
        "L’autre enregistrement part définitivement dans la corbeille."
    ),
    "Previous": "Précédent",
    "Next": "Suivant",
    "{first}–{last} of {total}": "{first}–{last} sur {total}",
    "Nothing found.": "Aucun résultat.",
    "There is nothing here yet. What your connected apps create appears by itself.": (
        "Il n’y a encore rien ici. Ce que créent vos applications connectées apparaît tout seul."
    ),
    "The recycle bin is empty.": "La corbeille est vide.",
    "No API call has been made yet.": "Aucun appel d’API n’a encore été fait.",
    "Changed": "Modifié",
    "Changed by": "Modifié par",
    "Deleted": "Supprimé",
    "Object": "Objet",
    "Time": "Heure",
    "Call": "Appel",
    "User": "Utilisateur",
    "Records": "Enregistrements",
    "{used} of {total} API calls used in 24 hours": (
        "{used} appels d’API utilisés sur {total} en 24 heures"
    ),
    "This record is in the recycle bin.": "Cet enregistrement est dans la corbeille.",
    "This record does not exist.": "Cet enregistrement n’existe pas.",
    "Go back to the list": "Revenir à la liste",
    "Acting as": "Agir en tant que",
    "Change": "Changer",
    "yes": "oui",
    "no": "non",
    "(none)": "(aucun)",
    "System": "Système",
    "This is a simulator, not a real org.": (
        "Ceci est un simulateur, pas une véritable organisation."
    ),
    "Clone": "Cloner",
    "Hide from apps": "Masquer aux applications",
    "Show to apps again": "Montrer de nouveau aux applications",
    "Trouble": "Pannes",
    "See how your connected apps cope. The org itself takes no harm.": (
        "Voyez comment vos applications connectées s’en sortent. L’organisation n’en souffre pas."
    ),
    "Maintenance": "Maintenance",
    "Every call is answered 503.": "Tous les appels reçoivent la réponse 503.",
    "The org is open.": "L’organisation est ouverte.",
    "Open the org": "Ouvrir l’organisation",
    "Close the org": "Fermer l’organisation",
    "Clock": "Horloge",
    "The clock stands at {moment}.": "L’horloge est arrêtée à {moment}.",
    "The clock shows {moment}.": "L’horloge indique {moment}.",
    "Let the clock run": "Relancer l’horloge",
    "Stop the clock": "Arrêter l’horloge",
    "Plan a fault": "Prévoir une panne",
    "Planned faults": "Pannes prévues",
    "No fault is planned.": "Aucune panne n’est prévue.",
    "Forget them": "Les oublier",
    "The next call is answered 503.": "Le prochain appel reçoit la réponse 503.",
    "The next call is answered 429.": "Le prochain appel reçoit la réponse 429.",
    "The next call meets the daily limit.": "Le prochain appel se heurte à la limite quotidienne.",
    "The next call finds its session expired.": "Le prochain appel trouve sa session expirée.",
    "The next write finds its first record locked.": (
        "La prochaine écriture trouve son premier enregistrement verrouillé."
    ),
    "The next call is carried out, but its answer is lost.": (
        "Le prochain appel est exécuté, mais sa réponse se perd."
    ),
    "Newest first.": "Les plus récents d’abord.",
}

FRENCH = _SENTENCES | FRENCH_LABELS


def translate(text: str, language: str) -> str:
    """Return a text in the language. An unknown text is a mistake of ours and is shown as it is."""
    return FRENCH.get(text, text) if language == "fr" else text
