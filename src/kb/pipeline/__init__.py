"""The commands of kb, each a short walk down the same road: scan, parse, update, plan, make, render, write.

Nothing is imported here: a command waits for its own modules alone.
"""
