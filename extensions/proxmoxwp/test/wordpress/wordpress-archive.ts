import { createHash } from 'node:crypto';
import { createWriteStream, existsSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Container, type ContainerHost } from './container.js';
import { say } from './proof.js';

export interface WordPressArchive {
  readonly file: string;
  readonly sha256: string;
}

/** One that containers can fetch. */
export interface ServedArchive extends WordPressArchive {
  readonly url: string;
}

/**
 * A `.tar.gz` as wordpress.org publishes it, of Debian's package, which is not ours to publish. Debian replaces some of WordPress'
 * libraries by links into other packages: here they are files again.
 */
export async function ensureArchive(host: ContainerHost, folder: string): Promise<WordPressArchive> {
  const file = join(folder, 'wordpress.tar.gz');
  if (!existsSync(file)) await pack(host, file);
  return { file, sha256: createHash('sha256').update(readFileSync(file)).digest('hex') };
}

const install = String.raw`set -eu
export DEBIAN_FRONTEND=noninteractive
printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
chmod 755 /usr/sbin/policy-rc.d
apt-get -qq update
apt-get -qq -y install --no-install-recommends nginx php-fpm php php-mysql
apt-get -qq -y install --no-install-recommends wordpress wordpress-theme-twentytwentythree || apt-get -qq -y install wordpress
`;
const packUp = String.raw`set -eu
mkdir /tmp/pack
cp -RL /usr/share/wordpress /tmp/pack/wordpress
cd /tmp/pack
rm -f wordpress/wp-config.php
tar -c --sort=name --owner=0 --group=0 --numeric-owner wordpress | gzip -n
`;

async function pack(host: ContainerHost, file: string): Promise<void> {
  say("packing WordPress of Debian's package; about a minute");
  const container = await Container.boot(host, { vmid: 100, hostname: 'packer', address: '198.18.73.2' });
  try {
    await container.shell(install, [], { seconds: 900 });
    let written: Promise<void> | undefined;
    await container.shell(packUp, [], {
      seconds: 300,
      output: (stream) => {
        written = pipeline(stream, createWriteStream(`${file}.new`));
      },
    });
    await written;
    renameSync(`${file}.new`, file);
  } finally {
    await container.stop();
  }
}
