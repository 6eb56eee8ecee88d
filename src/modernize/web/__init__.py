"""The console: pages, JSON API and sign-in of the reference application, one process on one port."""
