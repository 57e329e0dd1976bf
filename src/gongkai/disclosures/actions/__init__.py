"""Every verb of a disclosure's life, one function each."""

from gongkai.disclosures.actions.approving import doubts
from gongkai.disclosures.actions.concluding import conclude
from gongkai.disclosures.actions.correcting import start_correction
from gongkai.disclosures.actions.drafting import (
    MissingElementsError,
    StaleEditError,
    TextProblemsError,
    attach,
    detach,
    discard,
    replace_attachment,
    save_revision,
    start_draft,
)
from gongkai.disclosures.actions.gate import NotPublishableError, PersonalDataError, look_again
from gongkai.disclosures.actions.public_life import (
    expire_due,
    record_first_publication,
    withdraw,
)
from gongkai.disclosures.actions.publishing import publish
from gongkai.disclosures.actions.repairing import mask_text, masked_names, masked_text
from gongkai.disclosures.actions.reviewing import recall, record_review, submit
from gongkai.disclosures.actions.withholding import Withholding, withhold_version

__all__ = [
    "MissingElementsError",
    "NotPublishableError",
    "PersonalDataError",
    "StaleEditError",
    "TextProblemsError",
    "Withholding",
    "attach",
    "conclude",
    "detach",
    "discard",
    "doubts",
    "expire_due",
    "look_again",
    "mask_text",
    "masked_names",
    "masked_text",
    "publish",
    "recall",
    "record_first_publication",
    "record_review",
    "replace_attachment",
    "save_revision",
    "start_correction",
    "start_draft",
    "submit",
    "withdraw",
    "withhold_version",
]
