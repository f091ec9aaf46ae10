import { readValues } from './read-values.js';

/**
 * Node side. Data: `vmid`, `domain`. Asks the site inside its container, as the reverse proxy would; changes nothing.
 * Output, its first word:
 * - `answers STATUS`: WordPress is configured and its installer answers with 200, or 302 once it is installed
 * - `unanswered STATUS`: configured, but the web server answers that status instead, or 000 when it does not answer
 * - `unconfigured`: there is no `wp-config.php`
 * Otherwise what `pct` says, with its exit code.
 */
export const siteAnswers = String.raw`${readValues(['vmid', 'domain'])}program() {
  cat <<'HOSTWRIGHT_ANSWERS'
set -u
if ! test -s /var/www/html/wp-config.php; then printf 'unconfigured\n'; exit 0; fi
status=$(curl -s -o /dev/null -w '%{http_code}' --max-time 20 -H "Host: $1" -H 'X-Forwarded-Proto: https' http://127.0.0.1/wp-admin/install.php)
case $status in
  200|302) printf 'answers %s\n' "$status" ;;
  *) printf 'unanswered %s\n' "$status" ;;
esac
HOSTWRIGHT_ANSWERS
}
exec pct exec "$vmid" -- /bin/sh -c "$(program)" hostwright "$domain" </dev/null
`;
