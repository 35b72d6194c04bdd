"""Charts: a fenced block ``chart`` becomes a drawing (SVG) of its rows, with the rows themselves behind it."""
