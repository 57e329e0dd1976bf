"""Asking the index."""

from gongkai.search.queries.page import CAP, RELEVANCE_LIMIT, SearchHit, SearchPage, search
from gongkai.search.queries.suggestions import Suggestion, suggest
from gongkai.search.queries.terms import SearchFilters

__all__ = ["CAP", "RELEVANCE_LIMIT", "SearchFilters", "SearchHit", "SearchPage", "Suggestion", "search", "suggest"]
