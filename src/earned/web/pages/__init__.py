"""One file a page: it calls a conductor and renders."""
