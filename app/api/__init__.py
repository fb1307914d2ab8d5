"""/api/v1: one file per resource, request and answer shapes beside their route."""
