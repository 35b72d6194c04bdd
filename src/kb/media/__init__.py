"""Pictures as bytes: what kind they are, and what of them is published. Pure, and knows nothing of notes."""
