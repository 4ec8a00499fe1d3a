"""The bundle for a machine without a network: packed, checked, and loaded into an engine that holds nothing."""

import os
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from composed import ROOT, compose_binary, run, until

pytestmark = [pytest.mark.compose, pytest.mark.timeout(900)]

IMAGES = tuple(f"lianxin/{name}:trixie" for name in ("lianxin", "postgres", "rabbitmq", "gateway"))
OPTIONAL = "lianxin/prometheus:trixie"
# In a network of its own, so that the other engine's bridge and rules stay; it is reached by a file.
ENGINE = ("unshare", "--net", "dockerd", "--bridge=none", "--iptables=false", "--ip6tables=false")


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    """Give the bundle, carried and unpacked."""
    folder = tmp_path_factory.mktemp("bundle")
    printed = run(
        str(ROOT / "deploy" / "airgap" / "bundle"),
        str(folder / "lianxin.tar"),
        env=os.environ | {"COMPOSE_BINARY": compose_binary()},
        timeout=600,
    )
    carried = run("sha256sum", str(folder / "lianxin.tar")).split()[0]
    assert f"sha256 {carried}" in printed
    run("tar", "-C", str(folder), "-xf", str(folder / "lianxin.tar"))
    (folder / "lianxin.tar").unlink()
    return folder / "lianxin"


@contextmanager
def empty_engine():
    """Run a second engine with no image in it; gives the environment in which commands reach it."""
    with TemporaryDirectory(prefix="lianxin-engine-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        socket = f"unix://{folder / 'docker.sock'}"
        places = (f"--data-root={folder / 'data'}", f"--exec-root={folder / 'exec'}", f"--pidfile={folder / 'pid'}")
        with (folder / "log").open("wb") as log:
            engine = subprocess.Popen([*ENGINE, f"--host={socket}", *places], stdout=log, stderr=log)
        environment = os.environ | {"DOCKER_HOST": socket, "DOCKER_CONFIG": str(folder / "config")}
        try:
            until("the second engine answers", lambda: engine.poll() is not None or answers(environment))
            assert engine.poll() is None, (folder / "log").read_text()[-2000:]
            yield environment
        finally:
            engine.terminate()
            engine.wait(60)


def answers(environment):
    return subprocess.run(["docker", "info"], env=environment, capture_output=True, check=False).returncode == 0


def install(folder, environment):
    return subprocess.run(
        ["./install"], cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=600
    )


def ids(environment):
    """Give the images of an engine by name."""
    listed = run("docker", "image", "ls", "--no-trunc", "--format", "{{.Repository}}:{{.Tag}} {{.ID}}", env=environment)
    return dict(line.split() for line in listed.splitlines())


def test_a_bundle_is_installed_where_nothing_is(unpacked):
    here = ids(os.environ)
    with empty_engine() as environment:
        assert ids(environment) == {}
        done = install(unpacked, environment)
        assert done.returncode == 0, done.stdout + done.stderr
        assert ids(environment) == {name: here[name] for name in here if name in (*IMAGES, OPTIONAL)}
        assert set(IMAGES) <= set(ids(environment))
        services = run("docker", "compose", "config", "--services", cwd=unpacked, env=environment).split()
        assert {"intake", "gateway", "postgres", "rabbitmq"} <= set(services)


@pytest.mark.parametrize("name", ["images.tar.gz", "docker-compose.yml", "deploy/counties/full.toml", "install.md"])
def test_a_bundle_that_was_changed_is_refused(unpacked, tmp_path, name):
    copy = shutil.copytree(unpacked, tmp_path / "bundle", copy_function=os.link)
    content = bytearray((copy / name).read_bytes())
    content[len(content) // 2] ^= 1
    (copy / name).unlink()
    (copy / name).write_bytes(content)
    done = install(copy, os.environ | {"DOCKER_HOST": "unix:///nowhere"})
    assert done.returncode == 1
    assert "The bundle is damaged: copy it again." in done.stderr
