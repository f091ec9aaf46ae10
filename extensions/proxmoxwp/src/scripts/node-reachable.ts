/**
 * Node side. Data: none. Shows that the log-in works and that this is a Proxmox node; changes nothing.
 * Output: `reachable`. Exit 69 when there is no `pct`.
 */
export const nodeReachable = String.raw`set -eu
PATH=$PATH:/usr/sbin:/sbin
if ! command -v pct >/dev/null 2>&1; then
  printf 'hostwright: there is no pct on this node\n' >&2
  exit 69
fi
printf 'reachable\n'
`;
