"""One query language and one ranking, over whatever holds the postings."""
