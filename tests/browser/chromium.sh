#!/usr/bin/env bash
# Makes sure there is a Chromium for the browser tests: the machine's own, else Debian's (as root), else Playwright's.
set -euo pipefail
for name in chromium-headless-shell chromium chromium-browser google-chrome; do
    if command -v "$name" >/dev/null; then exit 0; fi
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium-headless-shell >/dev/null
else
    playwright install --only-shell chromium
fi
