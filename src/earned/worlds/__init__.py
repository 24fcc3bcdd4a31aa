"""Conversations with a known truth: who was followed how often, because it was simulated so. Pure."""
