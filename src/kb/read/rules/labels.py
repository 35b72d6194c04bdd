"""The few words that a rule itself puts into a page, for readers who hear it, in the note's language."""

from __future__ import annotations

from enum import IntEnum


class Label(IntEnum):
    """What is said."""

    TASK = 0
    FOOTNOTES = 1
    BACK = 2
    RETOLD = 3
    READ_ON = 4
    MINUTES = 5


_LABELS = {
    "en": ("Task", "Footnotes", "Back to reference", "Retold", "Read the rest at", "about {} minutes"),
    "cs": ("Úkol", "Poznámky pod čarou", "Zpět k odkazu", "Převyprávěno", "Celý text na", "asi {} minut"),
    "da": ("Opgave", "Fodnoter", "Tilbage til henvisning", "Genfortalt", "Læs resten på", "ca. {} minutter"),
    "de": ("Aufgabe", "Fußnoten", "Zurück zur Stelle", "Nacherzählt", "Weiterlesen bei", "etwa {} Minuten"),
    "es": (
        "Tarea",
        "Notas al pie",
        "Volver a la referencia",
        "Parafraseado",
        "Leer el resto en",
        "unos {} minutos",
    ),
    "fi": (
        "Tehtävä",
        "Alaviitteet",
        "Takaisin viitteeseen",
        "Omin sanoin",
        "Lue loput sivulla",
        "noin {} minuuttia",
    ),
    "fr": (
        "Tâche",
        "Notes de bas de page",
        "Retour à l’appel de note",
        "Paraphrasé",
        "Lire la suite sur",
        "environ {} minutes",
    ),
    "it": (
        "Attività",
        "Note a piè di pagina",
        "Torna al riferimento",
        "Parafrasato",
        "Leggi il resto su",
        "circa {} minuti",
    ),
    "nl": (
        "Taak",
        "Voetnoten",
        "Terug naar verwijzing",
        "Naverteld",
        "Lees de rest op",
        "ongeveer {} minuten",
    ),
    "pl": (
        "Zadanie",
        "Przypisy",
        "Powrót do odnośnika",
        "Sparafrazowane",
        "Czytaj dalej na",
        "około {} minut",
    ),
    "pt": (
        "Tarefa",
        "Notas de rodapé",
        "Voltar à referência",
        "Parafraseado",
        "Leia o resto em",
        "cerca de {} minutos",
    ),
    "sv": (
        "Uppgift",
        "Fotnoter",
        "Tillbaka till hänvisning",
        "Återberättat",
        "Läs resten på",
        "ungefär {} minuter",
    ),
}


def label(what: Label, language: str) -> str:
    """The word for `what` in `language` (a BCP 47 tag), in English where it is not known."""
    return _LABELS.get(language.lower().partition("-")[0], _LABELS["en"])[what]
