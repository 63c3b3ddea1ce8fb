"""The door for programmes: JSON over HTTP, described by `openapi/openapi.json`."""
