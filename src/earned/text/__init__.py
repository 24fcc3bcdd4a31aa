"""Words to vectors: cleaning, language, passages, hashing, similarity. Pure: whatever must be read is handed in."""
