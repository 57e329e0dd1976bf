"""Run in an environment of its own: Presidio's pattern recognisers over JSON lines, hits as JSON lines.

No language model is loaded: the recognisers are asked one by one, as their own tests do.
"""

import json
import sys

from presidio_analyzer.predefined_recognizers import CreditCardRecognizer, EmailRecognizer, PhoneRecognizer


def main() -> None:
    """Answer for every passage on standard input."""
    phone = PhoneRecognizer(supported_regions=("CN",), supported_language="en")
    recognisers = [
        ("PHONE_NUMBER", phone),
        ("EMAIL_ADDRESS", EmailRecognizer(supported_language="en")),
        ("CREDIT_CARD", CreditCardRecognizer(supported_language="en")),
    ]
    for line in sys.stdin:
        passage = json.loads(line)
        for entity, recogniser in recognisers:
            for hit in recogniser.analyze(passage["text"], [entity], None) or []:
                value = passage["text"][hit.start : hit.end]
                digits = "".join(c for c in value if c.isdigit())
                kind = {"EMAIL_ADDRESS": "email", "CREDIT_CARD": "bank_account"}.get(entity)
                kind = kind or ("mobile" if digits[-11:].startswith("1") and len(digits) >= 11 else "landline")
                answer = {"path": passage["path"], "layer": passage["layer"], "kind": kind, "value": value}
                print(json.dumps(answer, ensure_ascii=False))


if __name__ == "__main__":
    main()
