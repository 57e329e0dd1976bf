"""What a public page shows of a publication changes only by the act that leaves a leaf in the log."""

from django.db import migrations

from gongkai.events.immutable import append_only, frozen, kept_once, refused

_PUBLIC = "OLD.status <> 'unpublished'"
_NO_NEW_LEAF = "NOT COALESCE(NEW.leaf_position > OLD.leaf_position, 1 = 0)"
_OF_A_PUBLIC_TEXT = "EXISTS (SELECT 1 FROM disclosures_revision r WHERE r.stage = 'published' AND r.id = {})"
_OF_A_PUBLIC_ROW = (
    "EXISTS (SELECT 1 FROM disclosures_disclosure d WHERE d.status <> 'unpublished' AND d.id = OLD.disclosure_id)"
)

_ROW = [
    # for good
    *frozen(
        "disclosures_disclosure",
        [
            "public_id", "item_id", "agency_id", "township_id", "openness", "withholding_ground_id",
            "withholding_reason", "created_at", "created_by_id", "is_demo",
        ],
        when=_PUBLIC,
        called="public_facts",
    ),
    # by a correction: only together with another version
    *frozen(
        "disclosures_disclosure",
        ["title", "doc_no", "formed_on", "ends_on", "discloser_name", "discloser_uscc"],
        when=f"{_PUBLIC} AND NOT (NEW.published_revision_id {{unlike}} OLD.published_revision_id)",
        called="public_copy",
    ),
    # by publication, correction, withdrawal or expiry: only together with a new leaf
    *frozen(
        "disclosures_disclosure",
        [
            "status", "published_revision_id", "leaf_position", "withdrawn_at", "withdrawal_reason", "expired_at",
        ],
        when=f"{_PUBLIC} AND ({_NO_NEW_LEAF} OR NEW.status = 'unpublished')",
        called="public_standing",
    ),
    *frozen(
        "disclosures_disclosure",
        [
            "status", "published_revision_id", "leaf_position", "withdrawn_at", "withdrawal_reason", "expired_at",
            "changed_at",
        ],
        when="OLD.status = 'withdrawn'",
        called="withdrawn_facts",
    ),
    *kept_once("disclosures_disclosure", "index_number"),
]  # fmt: skip
_TEXT = [
    *frozen(
        "disclosures_revision",
        [
            "disclosure_id", "number", "stage", "title", "doc_no", "formed_on", "discloser_name", "discloser_uscc",
            "summary", "body", "elements", "ends_on", "reason", "created_at", "created_by_id", "submitted_at",
            "submitted_by_id", "published_at", "published_by_id", "leaf_position", "content",
        ],
        when="OLD.stage = 'published'",
        called="public_text",
    ),
    *refused("disclosures_revision", "DELETE", when="OLD.stage = 'published'", called="public_text_kept"),
]  # fmt: skip
_BESIDE = [
    *refused(
        "disclosures_attachment",
        "INSERT",
        when=_OF_A_PUBLIC_TEXT.format("NEW.revision_id"),
        called="public_none_added",
    ),
    *refused(
        "disclosures_attachment",
        "UPDATE",
        when=_OF_A_PUBLIC_TEXT.format("OLD.revision_id") + " OR " + _OF_A_PUBLIC_TEXT.format("NEW.revision_id"),
        called="public_none_changed",
    ),
    *refused(
        "disclosures_attachment",
        "DELETE",
        when=_OF_A_PUBLIC_TEXT.format("OLD.revision_id"),
        called="public_none_taken",
    ),
    *refused("disclosures_discharge", "UPDATE", when=_OF_A_PUBLIC_ROW, called="public_none_changed"),
    *refused("disclosures_discharge", "DELETE", when=_OF_A_PUBLIC_ROW, called="public_none_taken"),
    *append_only("disclosures_firstpublication"),
]


class Migration(migrations.Migration):
    dependencies = [("disclosures", "0008_disclosers")]
    operations = [*_ROW, *_TEXT, *_BESIDE]
