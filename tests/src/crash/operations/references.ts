import type { Json } from '@hostwright/sdk';
import type { LedgerEntry } from '@hostwright/sdk-testing';
import { doneDeed, type Scenario } from '../crash-run.js';
import type { Flaw } from '../verdict.js';
import type { EndState } from './end-state.js';

/** Path → value as JSON. */
type Leaves = ReadonlyMap<string, string>;

interface Reference {
  readonly counts: ReadonlyMap<string, number>;
  /** Path → value; undefined where it differs from service to service. */
  readonly leaves: Map<string, string | undefined>;
}

/**
 * What each operation comes to when nobody disturbs it. Whatever disturbs it, it must come to the same: what the panel says and what the
 * providers have. What differs between two that nobody disturbed, such as a provider's ids, is not compared.
 */
export class References {
  private readonly known = new Map<Scenario, Reference>();

  /** Throws when it has come to something else than another that nobody disturbed either. */
  learn(scenario: Scenario, end: Pick<EndState, 'panel' | 'things'>): void {
    const leaves = leavesOf(end);
    const known = this.known.get(scenario);
    if (!known) {
      this.known.set(scenario, { counts: countsOf(end.things), leaves: new Map(leaves) });
      return;
    }
    const other = [...new Set([...known.leaves.keys(), ...leaves.keys()])].find((path) => known.leaves.has(path) !== leaves.has(path));
    if (other !== undefined) throw new Error(`'${scenario}' has two ends though nobody disturbed it: ${other} is there or not`);
    for (const [path, value] of leaves) if (known.leaves.get(path) !== value) known.leaves.set(path, undefined);
  }

  /** What there is more of than when nobody disturbs it, of a deed that stopped somewhere on its way. */
  tooMuch(scenario: Scenario, things: readonly LedgerEntry[]): Flaw[] {
    const known = this.known.get(doneDeed(scenario)) ?? this.known.get(scenario);
    return [...countsOf(things)].flatMap(([kind, is]): Flaw[] => {
      const most = known?.counts.get(kind) ?? 0;
      return is > most ? [{ kind: most === 0 ? 'orphaned' : 'doubled', what: `${is} ${kind}, not ${most}` }] : [];
    });
  }

  /** What is not as it is when nobody disturbs it. Throws when that was never seen. */
  compare(scenario: Scenario, end: Pick<EndState, 'panel' | 'things'>): Flaw[] {
    const known = this.known.get(scenario);
    if (!known) throw new Error(`nobody has seen '${scenario}' undisturbed`);
    const counts = countsOf(end.things);
    const kinds = [...new Set([...known.counts.keys(), ...counts.keys()])];
    const miscounted = kinds.filter((kind) => (known.counts.get(kind) ?? 0) !== (counts.get(kind) ?? 0));
    const flaws = miscounted.map((kind): Flaw => {
      const [was, is] = [known.counts.get(kind) ?? 0, counts.get(kind) ?? 0];
      return { kind: is < was ? 'lost' : was === 0 ? 'orphaned' : 'doubled', what: `${is} ${kind}, not ${was}` };
    });
    const leaves = leavesOf(end);
    for (const path of new Set([...known.leaves.keys(), ...leaves.keys()])) {
      if (miscounted.some((kind) => path.startsWith(`${kind} `))) continue;
      const [was, is] = [known.leaves.get(path), leaves.get(path)];
      // An id that a provider gives may look like one of the service's own numbers.
      const differs = known.leaves.has(path) && (was === undefined || was === givenId);
      if (differs ? is !== undefined : was === is) continue;
      flaws.push({
        kind: is?.includes('needs_operator') ? 'stuck' : 'lost',
        what: `${path} is ${short(is ?? 'missing')}, not ${short(was ?? 'there')}`,
      });
    }
    return flaws;
  }
}

/** A certificate is longer than anybody reads. */
function short(text: string): string {
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}

function countsOf(things: readonly LedgerEntry[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { kind } of things) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}

function leavesOf({ panel, things }: Pick<EndState, 'panel' | 'things'>): Leaves {
  const leaves = new Map<string, string>();
  gather(leaves, 'panel', withoutChance(panel));
  const seen = new Map<string, number>();
  for (const { kind, ...thing } of sorted(things)) {
    const number = (seen.get(kind) ?? 0) + 1;
    seen.set(kind, number);
    gather(leaves, `${kind} ${number}`, withoutChance(thing as unknown as Json));
  }
  return leaves;
}

/** By what does not differ from service to service: numbers that a provider gives do. */
function sorted(things: readonly LedgerEntry[]): readonly LedgerEntry[] {
  const keyed = things.map((thing) => {
    const { id, ...rest } = thing;
    return [JSON.stringify(rest).replace(/\d+/g, '#') + JSON.stringify(rest) + id, thing] as const;
  });
  return keyed.sort(([one], [other]) => (one < other ? -1 : 1)).map(([, thing]) => thing);
}

const givenId = '"given"';
const time = /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:?\d\d)$/;

/** Without times, and without the ids that a provider has given. One with a name of the service's own in it is ours. */
function withoutChance(value: Json): Json {
  if (typeof value === 'string' && time.test(value)) return 'a time';
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(withoutChance);
  const given = (key: string, inner: Json | undefined): boolean => /(^i|I)d$/.test(key) && !String(inner).includes('<');
  // Seconds since 1970, which may be the same of all that is done at once.
  const since = (key: string, inner: Json | undefined): boolean => /[a-z]At$/.test(key) && typeof inner === 'number';
  const told = (key: string, inner: Json | undefined): Json =>
    given(key, inner) ? 'given' : since(key, inner) ? 'a time' : withoutChance(inner ?? null);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, told(key, inner)]));
}

function gather(leaves: Map<string, string>, path: string, value: Json): void {
  if (typeof value !== 'object' || value === null) leaves.set(path, JSON.stringify(value));
  else if (Array.isArray(value) && value.length === 0) leaves.set(path, '[]');
  else for (const [key, inner] of Object.entries(value)) gather(leaves, `${path}.${key}`, inner);
}
