"""Figures of this product, each beside a peer's on the same work in the same run."""
