"""Who may do what, as promised."""

from app.services.roles import LEAST_ROLE


def test_a_viewer_only_looks() -> None:
    # Of SaaS admins their own list decides, whatever they are in a workspace.
    assert {action for action, role in LEAST_ROLE.items() if role == "viewer"} == {"look", "saas"}
