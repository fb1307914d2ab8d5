"""A test run that is killed leaves nothing running and nothing lying around."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.leftovers import belonging_to, own_folder
from tests.waiting import until_now

A_TEST_RUN = """
import os, signal, subprocess, sys
from tests.leftovers import own_folder
# A shell that starts us in its background lets us ignore Ctrl+C.
signal.signal(signal.SIGINT, signal.default_int_handler)
with own_folder("console-killed-") as folder:
    by_word = subprocess.Popen([sys.executable, "-c", "input()", folder], stdin=subprocess.PIPE)
    there = os.environ | {"THERE": f"somewhere/{folder.name}/data"}
    by_environment = subprocess.Popen(["sleep", "600"], env=there, start_new_session=True)
    print(folder, flush=True)
    sys.stdin.read()
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_whatever_ends_a_run_its_processes_and_folders_go_with_it(how: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", A_TEST_RUN],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as run:
        assert run.stdout
        folder = Path(os.fsdecode(run.stdout.readline().strip()))
        assert len(belonging_to(folder)) == 2
        run.send_signal(how)
        run.wait(30)
    until_now(lambda: not folder.exists())
    assert belonging_to(folder) == []


def test_a_test_that_leaves_a_process_behind_fails_and_the_process_ends() -> None:
    with pytest.raises(AssertionError, match="Left running"), own_folder("console-") as folder:
        left = subprocess.Popen(["sleep", "600"], env={"THERE": folder.name})
    left.wait(30)
    assert not folder.exists()
    assert not psutil.pid_exists(left.pid)
