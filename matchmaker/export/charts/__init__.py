"""Charts: figures → an SVG string in the page's language, and the rows of the table that stands beside it."""
