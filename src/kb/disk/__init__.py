"""The wall: the only room that opens files or starts processes. Nothing in it knows Markdown or HTML."""
