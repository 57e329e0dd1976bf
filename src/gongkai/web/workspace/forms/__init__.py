"""The forms officers fill in; the actions judge what they say."""
