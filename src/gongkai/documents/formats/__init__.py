"""Reading files layer by layer. Nothing here knows Django or the database."""
