"""The index of record: a Whoosh index in the site's cache folder, written and read much faster than Whoosh does.

What lies in the folder is an ordinary Whoosh index, which Whoosh itself opens and searches. Beside each of its
segments lie three tables of ours: the documents, the words as they were written, and which of them each document
holds. A *state* says which segments there are, which of their documents are gone, and what every file looked like
when it was written; it is put there before Whoosh's own table of contents, whose renaming is the moment of
a commit.

Whoosh keeps its things as pickles, and whoever loads a pickle of a stranger runs the stranger's code. So nothing
is loaded from here that could name any code (`pickles`), nothing is read whose bytes are not the ones that we wrote
(`state`), and the folder is one that nobody else may write to. Whatever is odd is made anew.

`upkeep` is the door: `open_index`, `apply`, `rebuild`.
"""
