# SPDX-License-Identifier: GPL-3.0-or-later
# Set-up shared by packaging/run, packaging/test and packaging/cli. Sourced, not run. Talks on standard error.
set -euo pipefail
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
root=$top/build/debian13
list=$top/packaging/debian13/packages

say() { printf '%s\n' "narscope: $*" >&2; }
die() { say "$*"; exit 2; }

packages() { # the packages of the groups named
  local groups=" $* "
  while read -r group package; do
    case "$groups" in *" $group "*) printf '%s\n' "$package" ;; esac
  done <"$list"
}

on_debian13() {
  [ "${NARSCOPE_FORCE_ROOT:-}" = 1 ] && return 1
  [ -r /etc/os-release ] || return 1
  # shellcheck disable=SC1091
  (. /etc/os-release && [ "${ID:-}" = debian ] && { [ "${VERSION_ID:-99}" -ge 13 ]; })
}

need_space() { # $1 GiB under build/
  local free
  free=$(df -Pk "$top/build" | awk 'NR == 2 { print int($4 / 1048576) }')
  [ "$free" -ge "$1" ] || die "The disk is too full: $free GiB free under $top/build, and $1 GiB are needed. Free some space and run this again."
}

explain_apt() { # after a failed download
  die "Debian's packages could not be had (see $1). Is there a network connection, and does «apt-get update» work? Run this again afterwards; what was done is kept."
}

setup_host() { # Debian 13 or newer: the packages go onto the host
  local missing=() package as_root=()
  for package in $(packages "$@"); do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q ' installed$' || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || die "These packages are missing, and installing them needs root: ${missing[*]}"
    as_root=(sudo)
  fi
  say "These Debian packages are missing: ${missing[*]}"
  if [ -t 0 ] && [ -t 2 ]; then
    read -r -p "narscope: install them with apt-get? [Y/n] " answer
    case "$answer" in '' | y* | Y*) ;; *) die "Nothing was installed." ;; esac
  fi
  "${as_root[@]}" apt-get update >&2 || say "apt-get update failed; trying with the old lists"
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}" >&2 ||
    explain_apt "the lines above"
}

setup_root() { # elsewhere: a Debian 13 root under build/
  local stamp=$root/.narscope-packages log=$top/build/debian13.log missing=() package
  [ "$(id -u)" -eq 0 ] || die "This system is not Debian 13, so Narscope builds in a Debian 13 folder of its own, and making that needs root. Run this with sudo, or on Debian 13 or newer."
  if [ ! -e "$stamp" ]; then
    command -v mmdebstrap >/dev/null || {
      command -v apt-get >/dev/null || die "This system is not Debian 13 and has neither mmdebstrap nor apt-get. Install mmdebstrap, or use Debian 13 or newer."
      say "Installing mmdebstrap"
      { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends mmdebstrap; } >"$log" 2>&1 || explain_apt "$log"
    }
    need_space 5
    # A root that was not finished has another name, so an interruption leaves nothing half-made in use.
    rm -rf --one-file-system "$root.part" "$root"
    say "Making a Debian 13 folder in build/debian13: one to three minutes, once (details: build/debian13.log)"
    mmdebstrap --variant=minbase --aptopt='APT::Install-Recommends "false"' \
      --include="$(packages "$@" | paste -sd,)" trixie "$root.part" 2>&1 | tee "$log" | grep --line-buffered '^I:' | sed -u 's/^I:/narscope:  /' >&2 || explain_apt "$log"
    packages "$@" | sort -u >"$root.part/.narscope-packages"
    mv "$root.part" "$root"
    return
  fi
  for package in $(packages "$@"); do
    grep -qxF "$package" "$stamp" || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return
  need_space 2
  say "Adding to the Debian 13 folder: ${missing[*]}"
  "$top/packaging/debian13/enter" sh -c 'dpkg --configure -a && apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"' sh "${missing[@]}" >"$log" 2>&1 || explain_apt "$log"
  printf '%s\n' "${missing[@]}" >>"$stamp"
}

setup() { # groups of packaging/debian13/packages
  mkdir -p "$top/build"
  exec 9>"$top/build/.setup.lock"
  flock -n 9 || { say "Another set-up or build is running; waiting for it"; flock 9; }
  if on_debian13; then setup_host "$@"; else setup_root "$@"; fi
  exec 9>&-
}

inside() { # run a command where Debian 13 is
  if on_debian13; then "$@"; else "$top/packaging/debian13/enter" "$@"; fi
}

configure() { # $1 preset
  local preset=$1
  shift
  [ -e "$top/build/$preset/build.ninja" ] && [ $# -eq 0 ] && return
  inside cmake -S "$top" --preset "$preset" "$@" >"$top/build/configure-$preset.log" 2>&1 </dev/null ||
    { tail -n 20 "$top/build/configure-$preset.log" >&2; die "Configuring failed (build/configure-$preset.log)."; }
}

build() { # $1 preset, then targets: progress on a terminal, errors in full
  local preset=$1
  shift
  mkdir -p "$top/build"
  exec 8>"$top/build/.build-$preset.lock"
  flock 8
  (cd "$top" && configure "$preset")
  if ! inside ninja -C "$top/build/$preset" "$@" >"$top/build/build-$preset.log" 2>&1 </dev/null 8>&-; then
    grep -aE 'error|FAILED|No space left' "$top/build/build-$preset.log" | head -n 40 >&2 || true
    grep -aq 'No space left' "$top/build/build-$preset.log" && die "The disk is full."
    die "Building failed; everything the compiler said is in build/build-$preset.log."
  fi
  exec 8>&-
}

with_progress() { # $1 what is being done, $2 log to read ninja's [n/m] from, then the command
  local what=$1 log=$2 pid status=0 last="" now said=$SECONDS
  shift 2
  "$@" &
  pid=$!
  while kill -0 "$pid" 2>/dev/null; do
    sleep 0.1
    now=$(tail -n 1 "$log" 2>/dev/null | grep -oaE '^\[[0-9]+/[0-9]+\]' || true)
    [ -n "$now" ] && [ "$now" != "$last" ] || continue
    if [ -t 2 ]; then
      printf '\rnarscope: %s %s ' "$what" "$now" >&2
    elif [ $((SECONDS - said)) -ge 20 ]; then
      say "$what $now"
      said=$SECONDS
    else
      continue
    fi
    last=$now
  done
  [ -t 2 ] && [ -n "$last" ] && printf '\n' >&2
  wait "$pid" || status=$?
  return "$status"
}
