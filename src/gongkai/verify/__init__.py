"""The offline verifier, ``python -m gongkai.verify FILE…``: standard library and ``cryptography`` only.

It needs no database, no network and nobody's permission. What it reads was written by somebody else, so every
file is bounded before it is read, every name is checked before it is used, and every doubt is an answer.
"""
