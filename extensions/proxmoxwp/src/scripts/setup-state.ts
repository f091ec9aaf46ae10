import { readValues } from './read-values.js';

/**
 * Node side. Data: `vmid`, `claim`. How far the set-up is that `startSetup` began under this claim; changes nothing.
 * Output, its first word:
 * - `absent`: never begun
 * - `running PHASE`: at work in that phase
 * - `done`: ended well
 * - `failed CODE PHASE`: ended with that exit code in that phase; 75 means that something outside could not be reached. Where it gave
 *   up by itself, a second line says why
 * - `crashed PHASE`: it was killed, with the container for example; it may be started again
 * Otherwise what `pct` says, with its exit code.
 */
export const setupState = String.raw`${readValues(['vmid', 'claim'])}program() {
  cat <<'HOSTWRIGHT_STATE'
set -eu
dir=/var/lib/hostwright/$1
if ! test -e "$dir/lock"; then printf 'absent\n'; exit 0; fi
phase=$(cat "$dir/phase" 2>/dev/null || printf 'prepare')
exec 9<"$dir/lock"
if ! flock -s -n 9; then printf 'running %s\n' "$phase"; exit 0; fi
code=$(cat "$dir/exit" 2>/dev/null || true)
case $code in
  0) printf 'done\n' ;;
  '') printf 'crashed %s\n' "$phase" ;;
  *) printf 'failed %s %s\n' "$code" "$phase"; cat "$dir/reason" 2>/dev/null || true ;;
esac
HOSTWRIGHT_STATE
}
exec pct exec "$vmid" -- /bin/sh -c "$(program)" hostwright "$claim" </dev/null
`;
