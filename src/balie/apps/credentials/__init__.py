"""A lost login: the request, the one-use link, the new password."""
