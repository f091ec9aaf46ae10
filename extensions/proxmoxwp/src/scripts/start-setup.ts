import { readValues } from './read-values.js';
import { setup } from './setup.js';

/**
 * Node side. Data: `vmid`, `claim`, `domain`, `databasePassword`, `wordpressUrl`, `wordpressSha256`. Begins the set-up inside the
 * container, detached, under a lock named by the claim: whoever begins it again finds the first. One that failed or crashed is
 * begun anew. The lock is held by the kernel for the process at work, so it goes with it and never has to be broken.
 *
 * In the container, `/var/lib/hostwright/CLAIM/` (0700) holds `lock`, `setup`, `data` (0600, removed when the set-up ends),
 * `phase`, `log`, and once it has ended `exit`, with `reason` where it gave up. The values travel on standard input all the way and are in no argument list.
 *
 * Output: `started`, or `running` or `done` when the first one is found so.
 * Exit 64: a value breaks its rule. 74: the stream was cut; nothing was begun. Otherwise `pct`'s own exit code.
 */
export const startSetup = String.raw`${readValues(['vmid', 'claim', 'domain', 'databasePassword', 'wordpressUrl', 'wordpressSha256'])}line() { printf '%s %s\n' "$1" "$(printf %s "$2" | base64 | tr -d '\n')"; }
program() {
  cat <<'HOSTWRIGHT_START'
set -eu
umask 077
dir=/var/lib/hostwright/$1
mkdir -p "$dir"
exec 9>>"$dir/lock"
if ! flock -w 3 9; then
  cat >/dev/null
  printf 'running\n'
  exit 0
fi
if test "$(cat "$dir/exit" 2>/dev/null || true)" = 0; then
  cat >/dev/null
  printf 'done\n'
  exit 0
fi
rm -f "$dir/exit" "$dir/phase" "$dir/reason" "$dir/data"
ended=no
while IFS= read -r line; do
  if test -z "$line"; then ended=yes; break; fi
  printf '%s\n' "$line" >>"$dir/data"
done
cat >"$dir/setup"
if test "$ended" = no || test "$(tail -n 1 "$dir/setup")" != '# end of the set-up'; then
  rm -f "$dir/data" "$dir/setup"
  printf 'hostwright: the set-up was cut short on its way\n' >&2
  exit 74
fi
setsid /bin/sh -c '
  code=0
  /bin/bash "$1/setup" "$1" </dev/null >"$1/log" 2>&1 9>&- || code=$?
  rm -f "$1/data"
  printf "%s\n" "$code" >"$1/exit.new"
  mv -f "$1/exit.new" "$1/exit"
' hostwright-setup "$dir" </dev/null >/dev/null 2>&1 &
printf 'started\n'
HOSTWRIGHT_START
}
payload() {
  line domain "$domain"
  line databasePassword "$databasePassword"
  line wordpressUrl "$wordpressUrl"
  line wordpressSha256 "$wordpressSha256"
  printf '\n'
  cat <<'HOSTWRIGHT_SETUP'
${setup}HOSTWRIGHT_SETUP
}
payload | pct exec "$vmid" -- /bin/sh -c "$(program)" hostwright "$claim"
`;
