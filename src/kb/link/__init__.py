"""From notes to a vault: what stands where, what may be called what, and where a link leads. Pure."""
