/**
 * The set-up of a site, run inside the container by bash, detached, as `setup DIRECTORY`. Ubuntu 24.04, Debian 12 and 13.
 * Reads its values from `DIRECTORY/data`, one line each, `name base64`, checked by the node side. Writes the phase it is in to
 * `DIRECTORY/phase`, and why it gives up to `DIRECTORY/reason`. Every phase may run again from the start after a crash, and changes
 * nothing that it did before. Its output is `DIRECTORY/log`, in the container.
 * Exit 0: the site answers. 75: packages or the archive could not be fetched. Anything else: it broke in that phase.
 */
export const setup = String.raw`#!/bin/bash
set -euo pipefail
umask 022
work=$1
root=/var/www/html
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export DEBIAN_FRONTEND=noninteractive DEBCONF_NONINTERACTIVE_SEEN=true NEEDRESTART_MODE=a HOME=/root
export LANG=C.UTF-8 LC_ALL=C.UTF-8
unset LANGUAGE

phase() {
  printf '%s\n' "$1" >"$work/phase.new"
  mv -f "$work/phase.new" "$work/phase"
  printf '\n== %s\n' "$1"
}
warn() { printf 'warning: %s\n' "$1"; }
end_with() { printf '%s\n' "$2" >"$work/reason"; printf 'error: %s\n' "$2"; exit "$1"; }
give_up() { end_with 1 "$1"; }
out_of_reach() { end_with 75 "$1"; }

# Five attempts, 5 to 20 s apart: a fresh container's network may come up after the container itself.
retry() {
  local attempt=1
  until "$@"; do
    if test "$attempt" -ge 5; then return 1; fi
    sleep $((attempt * 5))
    attempt=$((attempt + 1))
  done
}

apt() {
  apt-get -q -y -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300 \
    -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold "$@" </dev/null
}

# Replaces a file in one go, so that a crash leaves the old or the new one: write_file PATH MODE <content
write_file() {
  cat >"$1.hostwright"
  chmod "$2" "$1.hostwright"
  mv -f "$1.hostwright" "$1"
}

restart() {
  service "$1" restart </dev/null || service "$1" start </dev/null
}

# One that the settings hold already is kept: a new one would log everybody out.
key() {
  local kept
  kept=$(sed -n "s|^define('$1', '\([A-Za-z0-9+/=]*\)');\$|\1|p" "$root/wp-config.php" 2>/dev/null | head -n 1) || true
  if test -n "$kept"; then printf %s "$kept"; else head -c 48 /dev/urandom | base64 -w 0; fi
}

domain=
database_password=
wordpress_url=
wordpress_sha256=
while IFS=' ' read -r name encoded; do
  value=$(printf %s "$encoded" | base64 -d)
  case $name in
    domain) domain=$value ;;
    databasePassword) database_password=$value ;;
    wordpressUrl) wordpress_url=$value ;;
    wordpressSha256) wordpress_sha256=$value ;;
  esac
done <"$work/data"
unset value encoded
if test -z "$domain" || test -z "$database_password" || test -z "$wordpress_url" || test -z "$wordpress_sha256"; then
  give_up 'a value is missing'
fi

phase 'prepare'
rm -rf /var/lib/hostwright/unpack
dpkg --configure -a </dev/null

phase 'locale'
printf 'LANG=C.UTF-8\n' | write_file /etc/default/locale 644

phase 'packages'
retry apt -o APT::Update::Error-Mode=any update || out_of_reach 'the package lists could not be fetched'
retry apt install --no-install-recommends \
  nginx mariadb-server mariadb-client php-fpm php-mysql php-curl php-gd php-intl php-mbstring php-xml php-zip \
  ca-certificates curl tar gzip nftables || out_of_reach 'the packages could not be installed'
php_version=$(find /etc/php -mindepth 2 -maxdepth 2 -name fpm | sed 's|/etc/php/||; s|/fpm||' | sort -V | tail -n 1)
if test -z "$php_version"; then give_up 'PHP-FPM is not there after it was installed'; fi
php_service=php$php_version-fpm
php_socket=/run/php/php$php_version-fpm.sock

phase 'database'
service mariadb status >/dev/null 2>&1 || restart mariadb
waited=0
until mariadb-admin --protocol=socket ping >/dev/null 2>&1; do
  if test "$waited" -ge 60; then give_up 'the database did not come up'; fi
  sleep 1
  waited=$((waited + 1))
done
# The password goes in as base64 on standard input and is quoted by the server itself. Root is left with its socket only.
{
  printf "SET @password = CONVERT(FROM_BASE64('%s') USING utf8mb4);\n" "$(printf %s "$database_password" | base64 -w 0)"
  cat <<'SQL'
CREATE DATABASE IF NOT EXISTS wordpress CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;
EXECUTE IMMEDIATE CONCAT('CREATE USER IF NOT EXISTS ''wordpress''@''localhost'' IDENTIFIED BY ', QUOTE(@password));
EXECUTE IMMEDIATE CONCAT('ALTER USER ''wordpress''@''localhost'' IDENTIFIED BY ', QUOTE(@password));
GRANT ALL PRIVILEGES ON wordpress.* TO 'wordpress'@'localhost';
ALTER USER 'root'@'localhost' IDENTIFIED VIA unix_socket;
DELETE FROM mysql.global_priv WHERE User = '' OR (User = 'root' AND Host <> 'localhost');
DROP DATABASE IF EXISTS test;
DELETE FROM mysql.db WHERE Db = 'test' OR Db LIKE 'test\\_%';
FLUSH PRIVILEGES;
SQL
} | mariadb --protocol=socket --user=root

phase 'WordPress files'
archive=/var/lib/hostwright/wordpress.tar.gz
genuine() { printf '%s  %s\n' "$wordpress_sha256" "$archive" | sha256sum --check --status 2>/dev/null; }
fetch() { curl -fsSL --proto '=http,https' --connect-timeout 15 --max-time 600 -o "$archive" "$wordpress_url" </dev/null; }
if ! genuine; then
  retry fetch || out_of_reach 'the WordPress archive could not be fetched'
  if ! genuine; then
    rm -f "$archive"
    give_up 'the WordPress archive does not have the checksum that was set for it'
  fi
fi
mkdir -p /var/lib/hostwright/unpack
tar -xzf "$archive" -C /var/lib/hostwright/unpack --strip-components=1 --no-same-owner
if ! test -f /var/lib/hostwright/unpack/wp-settings.php || ! test -f /var/lib/hostwright/unpack/wp-admin/install.php; then
  give_up 'the archive holds no WordPress'
fi
mkdir -p "$root"
cp -R /var/lib/hostwright/unpack/. "$root/"
rm -rf /var/lib/hostwright/unpack "$archive" "$root/index.html" "$root/index.nginx-debian.html"

phase 'permissions'
chown -R www-data:www-data "$root"
find "$root" -type d -exec chmod 755 {} +
find "$root" -type f -exec chmod 644 {} +

phase 'WordPress settings'
{
  printf '%s\n' '<?php'
  printf "define('%s', '%s');\n" \
    DB_NAME wordpress DB_USER wordpress DB_PASSWORD "$database_password" DB_HOST localhost DB_CHARSET utf8mb4 DB_COLLATE '' \
    WP_HOME "https://$domain" WP_SITEURL "https://$domain" FS_METHOD direct
  for name in AUTH_KEY SECURE_AUTH_KEY LOGGED_IN_KEY NONCE_KEY AUTH_SALT SECURE_AUTH_SALT LOGGED_IN_SALT NONCE_SALT; do
    printf "define('%s', '%s');\n" "$name" "$(key "$name")"
  done
  cat <<'PHP'
define('WP_DEBUG', false);
$table_prefix = 'wp_';
// The reverse proxy ends TLS and speaks plain HTTP to this container.
if (($_SERVER['HTTP_X_FORWARDED_PROTO'] ?? '') === 'https') {
    $_SERVER['HTTPS'] = 'on';
}
if (!defined('ABSPATH')) {
    define('ABSPATH', __DIR__ . '/');
}
require_once ABSPATH . 'wp-settings.php';
PHP
} | (umask 077; cat >/var/lib/hostwright/wp-config.new)
chown root:www-data /var/lib/hostwright/wp-config.new
chmod 640 /var/lib/hostwright/wp-config.new
mv -f /var/lib/hostwright/wp-config.new "$root/wp-config.php"
php -l "$root/wp-config.php" >/dev/null

phase 'web server'
write_file "/etc/php/$php_version/fpm/conf.d/90-hostwright.ini" 644 <<'INI'
upload_max_filesize = 64M
post_max_size = 64M
memory_limit = 256M
expose_php = Off
INI
{
  cat <<'NGINX'
server {
    listen 80 default_server;
    server_name _;
    root /var/www/html;
    index index.php index.html;
    client_max_body_size 64m;
    server_tokens off;

    # The visitor's address, told by the reverse proxy on the private network.
    set_real_ip_from 10.0.0.0/8;
    set_real_ip_from 172.16.0.0/12;
    set_real_ip_from 192.168.0.0/16;
    real_ip_header X-Forwarded-For;

    location / {
        try_files $uri $uri/ /index.php?$args;
    }
    location ~ /\.(?!well-known/) {
        deny all;
    }
    location ~* ^/wp-content/uploads/.*\.php$ {
        deny all;
    }
    location ~ \.php$ {
        try_files $uri =404;
        include fastcgi_params;
        fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
        fastcgi_param HTTP_PROXY "";
        fastcgi_read_timeout 120s;
NGINX
  printf '        fastcgi_pass unix:%s;\n' "$php_socket"
  cat <<'NGINX'
    }
    location ~* \.(?:css|js|gif|ico|jpe?g|png|svg|webp|woff2?)$ {
        try_files $uri /index.php?$args;
        expires 7d;
        access_log off;
    }
}
NGINX
} | write_file /etc/nginx/sites-available/wordpress 644
ln -sfn /etc/nginx/sites-available/wordpress /etc/nginx/sites-enabled/wordpress
rm -f /etc/nginx/sites-enabled/default
nginx -t

phase 'firewall'
write_file /etc/nftables.conf 644 <<'NFT'
#!/usr/sbin/nft -f
table inet hostwright
delete table inet hostwright
table inet hostwright {
  chain input {
    type filter hook input priority 0; policy drop;
    iif "lo" accept
    ct state established,related accept
    ct state invalid drop
    meta l4proto { icmp, ipv6-icmp } accept
    tcp dport 80 accept
  }
}
NFT
# Only where the kernel's tables are this container's own: anywhere else these rules would close the machine around it.
if test "$(cat /run/systemd/container 2>/dev/null)" = lxc; then
  if nft -f /etc/nftables.conf; then
    systemctl enable nftables >/dev/null 2>&1 || warn 'the firewall will not be there after a restart'
  else
    warn 'the kernel refused the firewall; the private network is the only guard'
  fi
else
  warn 'not in a container of its own; the firewall was written but not loaded'
fi

phase 'services'
restart mariadb
restart "$php_service"
restart nginx

phase 'check'
answers() {
  case $(curl -s -o /dev/null -w '%{http_code}' --max-time 20 -H "Host: $domain" -H 'X-Forwarded-Proto: https' http://127.0.0.1/wp-admin/install.php) in
    200 | 302) return 0 ;;
    *) return 1 ;;
  esac
}
retry answers || give_up 'the site does not answer'
printf '%s\n' "$domain" | write_file /var/lib/hostwright/site 644
phase 'finished'
# end of the set-up
`;
