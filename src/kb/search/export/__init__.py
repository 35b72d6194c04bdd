"""The published index: files that a browser can search without a server. `FORMAT.md` describes them byte by byte."""
