"""Files that services give to their members: opened safely, recognised by content, read as posts."""
