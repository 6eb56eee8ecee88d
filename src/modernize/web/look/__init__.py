"""How the console looks: one theme, one frame, and the parts that every page is put together from."""
