"""What can be wrong with a sheet or with its import as a whole."""


class SheetShapeError(Exception):
    """The sheet cannot be read as this item's sheet; ``faults`` lists everything wrong, each with what to do."""

    def __init__(self, *faults: str) -> None:
        self.faults = list(faults)
        super().__init__(" ".join(faults))


class ImportStateError(Exception):
    """The run is not where this step begins; the message says where it stands."""
