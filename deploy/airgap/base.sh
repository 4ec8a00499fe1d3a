#!/bin/sh
# Makes the base image: Debian trixie by debootstrap, from the mirrors this machine's own apt uses.
# Usage: base.sh IMAGE CACHE-FOLDER
set -eu
image=$1
cache=$2
suite=trixie
root=$cache/base-root
trap 'rm -rf "$root"' EXIT
rm -rf "$root"

# The mirrors are the machine's own, so that an office's inner mirror is used without being named here.
uri() { apt-get indextargets --format '$(RELEASE) $(REPO_URI)' 'Created-By: Packages' | awk -v end="$1" '$1 ~ end {print $2; exit}'; }
main=$(uri '^[a-z]+$')
security=$(uri '-security$')
[ -n "$main" ] || { echo "apt names no Debian mirror: run apt-get update first" >&2; exit 1; }

debootstrap --variant=minbase --include=ca-certificates "$suite" "$root" "$main"
{
    echo "deb $main $suite main"
    echo "deb $main $suite-updates main"
    [ -z "$security" ] || echo "deb $security $suite-security main"
} >"$root/etc/apt/sources.list"

# Nothing in an image reads manuals, translations or package lists.
cat >"$root/etc/dpkg/dpkg.cfg.d/small" <<'SMALL'
path-exclude /usr/share/doc/*
path-include /usr/share/doc/*/copyright
path-exclude /usr/share/man/*
path-exclude /usr/share/info/*
path-exclude /usr/share/locale/*
path-exclude /usr/share/lintian/*
SMALL
echo 'APT::Install-Recommends "false";' >"$root/etc/apt/apt.conf.d/small"
# Packages that bring a server must not start it while an image is made.
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"
find "$root/usr/share/doc" -depth -mindepth 1 -type f ! -name copyright -delete
rm -rf "$root/usr/share/man" "$root/usr/share/info" "$root/usr/share/locale" "$root/usr/share/lintian"
rm -rf "$root/var/lib/apt/lists" "$root/var/cache/apt" "$root/var/log/bootstrap.log" "$root/var/cache/debconf"
mkdir -p "$root/var/lib/apt/lists/partial" "$root/var/cache/apt/archives/partial" "$root/var/cache/debconf"
tar -C "$root" --numeric-owner --exclude ./dev --exclude ./proc --exclude ./sys -c . \
    | docker import --change 'CMD ["bash"]' --change 'ENV LANG=C.UTF-8' - "$image"
