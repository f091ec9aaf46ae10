/** A step of a site that had the providers to itself. Milliseconds from the beginning of the site. */
export interface StepAlone {
  readonly startMs: number;
  readonly endMs: number;
  /** The cap under which it holds a place, by name; undefined: it holds none. */
  readonly cap: string | undefined;
}

export interface SiteAlone {
  readonly steps: readonly StepAlone[];
  readonly endMs: number;
}

interface Node {
  readonly lengthMs: number;
  readonly cap: string | undefined;
  readonly followers: { readonly node: Node; readonly gapMs: number }[];
}

/**
 * How long `sites` of them take when each cap lets so many hold a place at once. A step begins as long after the step that ended last
 * before it as it did alone, and takes as long as it did; one that needs a place gets it in the moment one is free, first come, first
 * served. So nothing is lost between, and whatever is longer than this was lost by us.
 */
export function idealWallMs({ steps, endMs }: SiteAlone, sites: number, caps: ReadonlyMap<string, number>): number {
  const first = graphOf(steps);
  const freeAt = new Map([...caps].map(([name, places]) => [name, new Array<number>(places).fill(0)]));
  const ready = Array.from({ length: sites }, () => first).flatMap((all) => all.map(({ node, gapMs }) => ({ node, at: gapMs })));
  let wall = 0;
  while (ready.length > 0) {
    ready.sort((a, b) => a.at - b.at);
    const { node, at } = ready.shift()!;
    const places = node.cap === undefined ? undefined : freeAt.get(node.cap);
    const place = places ? places.indexOf(Math.min(...places)) : 0;
    const ends = Math.max(at, places?.[place] ?? 0) + node.lengthMs;
    if (places) places[place] = ends;
    wall = Math.max(wall, ends);
    for (const follower of node.followers) ready.push({ node: follower.node, at: ends + follower.gapMs });
  }
  return wall + endMs - Math.max(0, ...steps.map((step) => step.endMs));
}

/** Each step after the one that ended last before it began; those that nothing ended before come first. */
function graphOf(steps: readonly StepAlone[]): Node['followers'] {
  const nodes = steps.map(({ startMs, endMs, cap }): Node => ({ lengthMs: endMs - startMs, cap, followers: [] }));
  const first: Node['followers'] = [];
  steps.forEach(({ startMs }, at) => {
    const before = steps
      .map((step, index) => ({ endMs: step.endMs, index }))
      .filter((step) => step.index !== at && step.endMs <= startMs)
      .sort((a, b) => b.endMs - a.endMs)[0];
    const node = nodes[at]!;
    if (before) nodes[before.index]!.followers.push({ node, gapMs: startMs - before.endMs });
    else first.push({ node, gapMs: startMs });
  });
  return first;
}
