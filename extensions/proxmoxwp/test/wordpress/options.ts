import { parseArgs } from 'node:util';

/** Debian releases whose packages the set-up knows. */
const suites = ['bookworm', 'trixie'] as const;
export type Suite = (typeof suites)[number];

/** What a kernel, or the machine around ours, may refuse. */
const refusable = ['network', 'systemd', 'overlay'] as const;
export type Refusable = (typeof refusable)[number];

export const help = `npm run test:wordpress -- [options]

Sets up a real WordPress: a Debian root file system in namespaces of its own, a real OpenSSH server with a pinned key, the shipped set-up,
and the real engine, whose workers are killed in the middle. Needs root on Debian or Ubuntu; names what is missing.

  --suite NAME       Debian release of the container: ${suites.join(' or ')}; default bookworm
  --mirror URL       Debian mirror, over http; default http://deb.debian.org/debian
  --fresh            begins without what earlier runs have kept in .hostwright/wordpress-test
  --keep             stays at the end, with everything running, until Ctrl-C
  --without LIST     does as where the kernel refuses these, separated by commas:
                     network   the container shares this machine's network; port 80 must be free
                     systemd   a process that only waits is the container's first; service runs the scripts in /etc/init.d
                     overlay   the root file system is copied
  --help

The first run takes about three minutes and 2 GB, later ones half of it. The exit code is 1 when anything is not as it must be.`;

export interface Options {
  readonly suite: Suite;
  readonly mirror: URL;
  readonly fresh: boolean;
  readonly keep: boolean;
  readonly without: ReadonlySet<Refusable>;
  readonly help: boolean;
}

/** Throws a `TypeError` that names the option at fault. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      suite: { type: 'string', default: 'bookworm' },
      mirror: { type: 'string', default: 'http://deb.debian.org/debian' },
      fresh: { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
      without: { type: 'string', default: '' },
      help: { type: 'boolean', default: false },
    },
  });
  const { fresh, keep, help: asked } = values;
  return {
    suite: oneOf('suite', values.suite, suites),
    mirror: mirrorOf(values.mirror),
    fresh,
    keep,
    without: new Set(
      values.without
        .split(',')
        .filter((word) => word !== '')
        .map((word) => oneOf('without', word, refusable)),
    ),
    help: asked,
  };
}

function oneOf<T extends string>(option: string, text: string, known: readonly T[]): T {
  const found = known.find((one) => one === text);
  if (found === undefined) throw new TypeError(`--${option}: ${known.join(' or ')}, not '${text}'`);
  return found;
}

function mirrorOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:') throw new TypeError(`--mirror: an address that begins with http://, not '${text}'`);
  return url;
}
