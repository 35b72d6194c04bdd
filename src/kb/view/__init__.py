"""Vault → page → bytes. Pure: every page is a function of the site, every byte one of the page."""
