"""What is done to agencies and officers."""
