"""Compares a platform's own list of its contacts with what is stored: how complete the numbers are.

Reads files and compares; which columns mean what, and who knows the sessions, it is told.
"""
