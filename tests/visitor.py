"""A browser without JavaScript that answers the questions of a submission."""

import re


class Visitor:
    """Holds the draft of a petition of some kind."""

    def __init__(self, world, kind="petition"):
        self.world, self.client = world, world.client
        assert self.client.get(f"/new/start/petitions/{kind}").status_code == 303

    def csrf(self, path):
        """Give the token of a page's form."""
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.client.get(path, follow_redirects=True).text)
        return found.group(1)

    def post(self, path, **values):
        """Answer the page at this address."""
        return self.client.post(path, data={"csrf_token": self.csrf(path), **values})
