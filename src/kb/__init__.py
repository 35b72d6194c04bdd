"""kb: Markdown notes in, a linked, searchable static site out."""

__version__ = "0.1.0"
