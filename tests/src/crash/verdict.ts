import type { Shop } from '@hostwright/platform/testing';
import type { LedgerEntry } from '@hostwright/sdk-testing';
import type { Installation, RunningShop, Service } from './installation.js';

export const flawKinds = ['lost', 'doubled', 'orphaned', 'stuck'] as const;
export type FlawKind = (typeof flawKinds)[number];

/** What must not be. */
export interface Flaw {
  readonly kind: FlawKind;
  readonly what: string;
}

/** Something that a person is asked. */
export interface OpenTask {
  readonly kind: string;
  /** The step it is about, as in the journal; empty for the job as a whole. */
  readonly step: string;
  readonly title: string;
  readonly detail: string;
}

/** What became of a job, as the database has it. */
export interface JobFacts {
  readonly state: string;
  readonly phase: string;
  readonly service_state: string;
  readonly failure: { readonly message?: string } | null;
  readonly tasks: readonly OpenTask[];
  readonly permits: number;
  readonly kept: number;
  /** Operator tasks of the job, whatever their state, and e-mails about them. */
  readonly opened: number;
  readonly mails: number;
  readonly events: number;
  readonly open_steps: readonly string[];
}

export type Expected = 'built' | 'rolled back' | 'terminated';

const expectedStates: Readonly<Record<Expected, { readonly job: string; readonly service: string }>> = {
  built: { job: 'completed', service: 'active' },
  'rolled back': { job: 'failed', service: 'pending' },
  terminated: { job: 'completed', service: 'terminated' },
};

/** What the database says of a job that must have come to an end of that kind. */
export async function databaseFlaws(installation: Installation, jobId: string, expected: Expected): Promise<Flaw[]> {
  const facts = await factsOf(installation, jobId);
  const flaws: Flaw[] = [];
  const flaw = (kind: FlawKind, what: string): void => void flaws.push({ kind, what });
  const { job, service } = expectedStates[expected];
  const asked = facts.tasks.map(taskText).join('; ');
  flaws.push(...wrongEnd(facts, job));
  if (facts.service_state !== service) flaw('lost', `the service is ${facts.service_state}, not ${service}`);
  const wanted = expected === 'rolled back' ? 'failed' : '';
  const kinds = facts.tasks.map(({ kind }) => kind).join(', ');
  if (facts.state === job && kinds !== wanted) flaw('stuck', `operator tasks: ${asked || 'none'}`);
  if (expected === 'built' ? facts.kept === 0 : facts.kept > 0)
    flaw(expected === 'built' ? 'lost' : 'orphaned', `${facts.kept} reservations are kept`);
  return [...flaws, ...unrest(facts)];
}

/** What is wrong with a job that must have ended in that state. */
export function wrongEnd(facts: JobFacts, state: string): Flaw[] {
  if (facts.state === state && facts.phase === 'ended') return [];
  const steps = facts.open_steps.length > 0 ? `, at ${facts.open_steps.join(', ')}` : '';
  const why = facts.tasks.map(taskText).join('; ') || facts.failure?.message || 'no operator task';
  const over = facts.phase === 'ended' || facts.state === 'failed';
  return [{ kind: over ? 'lost' : 'stuck', what: `the job is ${facts.state} (${facts.phase})${steps}: ${why}` }];
}

export function taskText({ kind, title, detail }: OpenTask): string {
  return `${kind}: ${title} (${detail})`;
}

/** What must not be of any job that no worker will touch any more. */
export function unrest({ permits, mails, opened, events }: JobFacts): Flaw[] {
  const about = `${mails} e-mails about ${opened} operator tasks`;
  return [
    ...(permits > 0 ? [{ kind: 'orphaned', what: `${permits} permits are kept` } as const] : []),
    ...(mails < opened || events > 0 ? [{ kind: 'lost', what: `${about}, ${events} events in the outbox` } as const] : []),
    ...(mails > opened ? [{ kind: 'doubled', what: about } as const] : []),
  ];
}

export async function factsOf({ pool }: Installation, jobId: string): Promise<JobFacts> {
  const { rows } = await pool.query<JobFacts>(
    `SELECT p.state, p.phase, p.failure, s.state AS service_state,
       (SELECT coalesce(json_agg(json_build_object('kind', t.kind, 'step', t.step_key, 'title', t.title, 'detail', t.detail)), '[]') FROM operator_task t
         WHERE t.job_id = p.id AND t.state = 'open') AS tasks,
       (SELECT count(*)::int FROM permit_slot l WHERE l.job_id = p.id) AS permits,
       (SELECT count(*)::int FROM reservation r WHERE r.service_id = p.service_id AND r.free_at IS NULL) AS kept,
       (SELECT count(*)::int FROM operator_task t WHERE t.job_id = p.id) AS opened,
       (SELECT count(*)::int FROM operator_task t JOIN queue_task q ON q.payload ->> 'task' = t.id::text
         WHERE t.job_id = p.id) AS mails,
       (SELECT count(*)::int FROM outbox o WHERE o.payload ->> 'jobId' = p.id::text) AS events,
       (SELECT coalesce(json_agg(t.key || ' ' || t.state), '[]') FROM provisioning_step t
         WHERE t.job_id = p.id AND t.state IN ('parked', 'intended', 'waiting', 'undoing')) AS open_steps
     FROM provisioning_job p JOIN service s ON s.id = p.service_id WHERE p.id = $1`,
    [jobId],
  );
  return rows[0]!;
}

/** What lives at a shop's providers, by the service it belongs to; what belongs to none of them is `strange`. */
export function ledgerOf(shop: RunningShop, services: readonly Service[]): { of(service: Service): LedgerEntry[]; strange: LedgerEntry[] } {
  const own = services.filter((service) => service.shop === shop);
  const byService = new Map<Service, LedgerEntry[]>();
  const strange: LedgerEntry[] = [];
  for (const ledger of Object.values(shop.providers).map((provider) => provider.ledger())) {
    const byName = new Map(ledger.map((entry) => [nameOf(entry), entry]));
    for (const entry of ledger) {
      if (shop.standing.has(nameOf(entry))) continue;
      const holder = holderOf(entry, own, byName);
      if (!holder) strange.push(entry);
      else if (byService.has(holder)) byService.get(holder)!.push(entry);
      else byService.set(holder, [entry]);
    }
  }
  return { of: (service) => byService.get(service) ?? [], strange };
}

const nameOf = ({ kind, id }: LedgerEntry): string => `${kind} ${id}`;

const namePatterns = new WeakMap<Service, RegExp>();

/** By its mark; else by the names it bears; else by what it is part of. */
function holderOf(entry: LedgerEntry, services: readonly Service[], byName: ReadonlyMap<string, LedgerEntry>): Service | undefined {
  const { owner, within } = entry;
  if (owner !== undefined) return services.find(({ marks }) => marks.includes(owner));
  const around = within === undefined ? undefined : byName.get(within);
  const text = JSON.stringify(entry);
  return services.find((service) => patternOf(service).test(text)) ?? (around && holderOf(around, services, byName));
}

/** Any of the names that only this service has, whole. */
function patternOf(service: Service): RegExp {
  let pattern = namePatterns.get(service);
  if (!pattern) {
    const any = service.names.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|');
    namePatterns.set(service, (pattern = new RegExp(`(?<![a-z0-9-])(?:${any})(?![a-z0-9-])`)));
  }
  return pattern;
}

/** What is missing of a finished site, or there twice. */
export function siteFlaws(entries: readonly LedgerEntry[], delivered: Shop['delivered']): Flaw[] {
  const wanted = new Set(delivered.map(({ kind }) => kind));
  return [
    ...delivered.flatMap(({ kind, count, details = {} }): Flaw[] => {
      const there = entries.filter((entry) => entry.kind === kind);
      if (there.length < count) return [{ kind: 'lost', what: `${there.length} of ${count} ${kind}` }];
      if (there.length > count) return [{ kind: 'doubled', what: `${there.length} ${kind}: ${there.map(({ id }) => id).join(', ')}` }];
      const odd = there.filter((entry) => Object.entries(details).some(([name, value]) => entry.details?.[name] !== value));
      return odd.map((entry) => ({ kind: 'doubled', what: JSON.stringify(entry) }));
    }),
    ...leftovers(entries.filter(({ kind }) => !wanted.has(kind))),
  ];
}

export function leftovers(entries: readonly LedgerEntry[]): Flaw[] {
  return entries.map(({ kind, id }) => ({ kind: 'orphaned', what: `${kind} ${id} is left` }));
}
