"""Kill, stop and cut off real workers under load; then look whether the promises held."""
