"""Numbers to sentences, with evidence: camps and their reasons."""
