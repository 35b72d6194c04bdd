"""The preview: a site held in memory while its files are edited. Sockets, threads and clocks live here."""
