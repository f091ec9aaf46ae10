import { readdirSync, statSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';

/*
 * Builds the console into dist/site, with a .gz beside each asset, unless what lies there is newer than all it is made of.
 */
const folder = fileURLToPath(new URL('..', import.meta.url));
const site = join(folder, 'dist/site');
const inputs = ['index.html', 'package.json', 'vite.config.mjs', 'scripts/build.mjs', 'public', 'src', '../../package-lock.json'];

/** When the newest file at or under a path was changed; 0 when there is none. */
function changedAt(path) {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) return 0;
  // A folder's own time tells of files that were taken away.
  return found.isDirectory() ? Math.max(found.mtimeMs, ...readdirSync(path).map((name) => changedAt(join(path, name)))) : found.mtimeMs;
}

const builtAt = changedAt(join(site, '.built'));
if (builtAt < Math.max(...inputs.map((input) => changedAt(join(folder, input))))) {
  const startedAt = new Date();
  await build({ root: folder, configFile: join(folder, 'vite.config.mjs'), logLevel: 'warn' });
  let bytes = 0;
  for (const name of readdirSync(join(site, 'assets'))) {
    if (!/\.(js|css|svg)$/.test(name)) continue;
    const packed = gzipSync(readFileSync(join(site, 'assets', name)), { level: 9 });
    writeFileSync(join(site, 'assets', `${name}.gz`), packed);
    bytes += packed.length;
  }
  writeFileSync(join(site, '.built'), `${startedAt.toISOString()}\n`);
  console.log(`console built: ${Math.round(bytes / 1000)} kB gzipped`);
}
