import type { Container } from './container.js';

const claimFolder = (claim: string): string => `/var/lib/hostwright/${claim}`;

/** What the set-up of one claim leaves inside its container, read as root there. */
export class SetupInside {
  constructor(
    private readonly container: Container,
    private readonly claim: string,
  ) {}

  /** Processes that carry out the set-up: process id and when it began, a line each. */
  async runners(): Promise<readonly string[]> {
    const { stdout } = await this.container.exec(['pgrep', '-f', `hostwright-setup ${claimFolder(this.claim)}$`]);
    const pids = stdout.split('\n').filter(Boolean);
    if (pids.length === 0) return [];
    const listed = await this.container.exec(['ps', '-o', 'pid=,lstart=', '-p', pids.join(',')]);
    return listed.stdout.split('\n').filter(Boolean);
  }

  /** Whether the lock is held. */
  async locked(): Promise<boolean> {
    const { code } = await this.container.exec(['flock', '--shared', '--nonblock', `${claimFolder(this.claim)}/lock`, 'true']);
    return code !== 0;
  }

  /** A file of the claim; undefined when it is not there. */
  async file(name: 'exit' | 'phase' | 'log' | 'data' | 'setup'): Promise<string | undefined> {
    const { code, stdout } = await this.container.exec(['cat', `${claimFolder(this.claim)}/${name}`]);
    return code === 0 ? stdout.replace(/\n$/, '') : undefined;
  }

  /** The container loses the exit status, as when it is cut off the moment before that is written. */
  async forgetExit(): Promise<void> {
    await this.container.shell('rm "$1"', [`${claimFolder(this.claim)}/exit`]);
  }

  /** Whether the unit of a service runs, by `service` alone. */
  async serves(service: string): Promise<boolean> {
    return (await this.container.exec(['service', service, 'status'])).code === 0;
  }

  /** What in the site's folder is not www-data's with 755 or, for files, 644; a line each. */
  async otherwiseOwned(): Promise<string> {
    const listed = await this.container.shell(String.raw`find /var/www/html -printf '%p %y %m %u:%g\n'`);
    const usual = / (d 755|f 644) www-data:www-data$/;
    return listed
      .split('\n')
      .filter((line) => !usual.test(line))
      .join('\n');
  }

  /** Every file of the site and of its servers' settings, with owner, mode and content; the database's users and what WordPress keeps. */
  async everything(): Promise<string> {
    return this.container.shell(String.raw`set -eu
cd /
find var/www/html etc/nginx etc/php etc/default/locale etc/nftables.conf var/lib/hostwright/site -printf '%p %y %m %u:%g %l\n' | sort
find var/www/html etc/nginx etc/php etc/default/locale etc/nftables.conf var/lib/hostwright/site -type f -exec sha256sum {} + | sort
mariadb -N -e "SELECT User, Host FROM mysql.global_priv ORDER BY 1, 2; SHOW GRANTS FOR 'wordpress'@'localhost'; SHOW DATABASES"
mariadb-dump --skip-dump-date --skip-comments wordpress | grep -v _transient_ | sha256sum
`);
  }
}
