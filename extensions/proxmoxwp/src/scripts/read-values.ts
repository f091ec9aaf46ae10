/** The rule of each value, as POSIX shell that refuses what breaks it. Nothing reaches `pct` before all of them have passed. */
const rules = {
  vmid: String.raw`case $vmid in ''|0*|*[!0-9]*|??????????*) refuse 'vmid is not a container id' ;; esac`,
  claim: String.raw`case $claim in ''|-*|*[!a-z0-9-]*) refuse 'claim is not a name' ;; esac
if test $(printf %s "$claim" | wc -c) -gt 80; then refuse 'claim is too long'; fi`,
  domain: String.raw`case $domain in ''|[.-]*|*[.-]|*..*|*[!a-z0-9.-]*) refuse 'domain is not a host name' ;; esac
if test $(printf %s "$domain" | wc -c) -gt 253; then refuse 'domain is too long'; fi`,
  databasePassword: String.raw`case $databasePassword in ''|*[!A-Za-z0-9]*) refuse 'databasePassword holds other characters than letters and digits' ;; esac`,
  wordpressUrl: String.raw`case $wordpressUrl in http://?*|https://?*) ;; *) refuse 'wordpressUrl is not an http address' ;; esac
case $wordpressUrl in *[!A-Za-z0-9._~:/?\&=%+@-]*) refuse 'wordpressUrl holds a character that no such address has' ;; esac`,
  wordpressSha256: String.raw`case $wordpressSha256 in *[!0-9a-f]*) refuse 'wordpressSha256 is not a checksum' ;; esac
if test $(printf %s "$wordpressSha256" | wc -c) -ne 64; then refuse 'wordpressSha256 is not a checksum'; fi`,
} as const;

/** A value that a script may ask for. */
export type ValueName = keyof typeof rules;

/**
 * The beginning of every node-side script: reads the values from standard input, one line each, `name base64`, up to an empty
 * line, and checks them. Values live in shell variables that are not exported, so no process shows them.
 * Exit 64 with the reason on standard error when a value is missing, unknown or breaks its rule.
 */
export function readValues(names: readonly ValueName[]): string {
  const cases = names.map((name) => `    ${name}) ${name}=$value ;;`).join('\n');
  const checks = names.map((name) => rules[name]).join('\n');
  return String.raw`set -eu
umask 077
PATH=$PATH:/usr/sbin:/sbin
LC_ALL=C
refuse() { printf 'hostwright: %s\n' "$1" >&2; exit 64; }
${names.map((name) => `${name}=`).join('\n')}
ended=no
while IFS=' ' read -r name encoded; do
  if test -z "$name"; then ended=yes; break; fi
  value=$(printf %s "$encoded" | base64 -d 2>/dev/null) || refuse 'a value is not base64'
  case $name in
${cases}
    *) refuse 'there is a value that this script does not know' ;;
  esac
done
if test "$ended" = no; then refuse 'the values were cut short'; fi
${checks}
`;
}
