/** A stretch of work; milliseconds from the beginning of its site. */
export interface Stretch {
  readonly startMs: number;
  readonly endMs: number;
}

/** One site alone: when it held a place at the provider, and when it was delivered. */
export interface SiteAlone {
  readonly held: readonly Stretch[];
  readonly endMs: number;
}

/**
 * How long `sites` of them take when the provider does `cap` things at once: whoever has waited longest gets the next free place in the
 * moment it becomes free, and between its stretches each site takes as long as it does alone.
 */
export function idealWallMs({ held, endMs }: SiteAlone, sites: number, cap: number): number {
  const stretches = [...held].sort((a, b) => a.startMs - b.startMs);
  const last = stretches.at(-1);
  if (!last) return endMs;
  const freeAt = new Array<number>(cap).fill(0);
  const ready = Array.from({ length: sites }, () => ({ at: stretches[0]!.startMs, next: 0 }));
  let wall = 0;
  while (ready.length > 0) {
    ready.sort((a, b) => a.at - b.at);
    const { at, next } = ready.shift()!;
    const place = freeAt.indexOf(Math.min(...freeAt));
    const stretch = stretches[next]!;
    const begins = Math.max(at, freeAt[place]!);
    const ends = begins + stretch.endMs - stretch.startMs;
    freeAt[place] = ends;
    const following = stretches[next + 1];
    if (following) ready.push({ at: ends + Math.max(0, following.startMs - stretch.endMs), next: next + 1 });
    else wall = Math.max(wall, ends + endMs - last.endMs);
  }
  return wall;
}
