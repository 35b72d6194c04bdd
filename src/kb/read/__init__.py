"""From bytes to a note, one file at a time. Pure: equal bytes give equal notes, and no input fails."""
