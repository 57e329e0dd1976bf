"""What can be done with files: store, check, mask, release, and the lookup of one's own place in a list."""

from gongkai.documents.actions.storing import DocumentRefusedError, open_file, open_original, store

__all__ = ["DocumentRefusedError", "open_file", "open_original", "store"]
