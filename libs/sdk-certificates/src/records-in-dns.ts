import { done, isPanelError, pending, type Ctx, type TaskStep, type ValidationRecord } from '@hostwright/sdk';

/** How often the DNS was asked. */
type Looks = { readonly looks: number };

/** Where only a cache can be asked, it remembers for a while that a name was not there: so not before the record can be. */
const firstLookMs = 5_000;
const soonMs = 15_000;
const soonLooks = 8;
const laterMs = 60_000;
const muchLaterMs = 300_000;
/** Half an hour. Whoever does not see our own records by then asks elsewhere than the authority does, such as within a network of its own. */
const mostLooks = 36;

export interface RecordsWait {
  /** They were made by us: that they are not seen is no reason to wait for ever. */
  readonly ours: boolean;
  readonly giveUpAfterMs: number;
  readonly says?: string;
  readonly advice?: string;
}

/** A step that waits until the DNS shows all of the records. */
export function recordsInDns(
  ctx: Ctx,
  records: readonly ValidationRecord[],
  { ours, ...wait }: RecordsWait,
): TaskStep<undefined, Looks, undefined> {
  return {
    run: () => Promise.resolve({ looks: 0 }),
    async until({ looks }) {
      if (looks === 0 && ours) return pending({ looks: 1 }, firstLookMs);
      const missing = await firstMissing(ctx, records);
      if (missing === undefined) return done();
      if (!ours || looks < mostLooks) return pending({ looks: looks + 1 }, pauseAfter(looks));
      ctx.log.warn('the DNS does not show a record of ours; the authority is told of it all the same', { name: missing.name });
      return done();
    },
    ...wait,
  };
}

function pauseAfter(looks: number): number {
  if (looks < soonLooks) return soonMs;
  return looks < mostLooks ? laterMs : muchLaterMs;
}

async function firstMissing({ resolve }: Ctx, records: readonly ValidationRecord[]): Promise<ValidationRecord | undefined> {
  for (const record of records) {
    const { name, type } = record;
    const content = type === 'CNAME' ? record.content.toLowerCase() : record.content;
    try {
      if (!(await resolve(name, type, { fresh: true })).includes(content)) return record;
    } catch (error) {
      // A domain that nobody answers for yet is the same as one without the record.
      if (!isPanelError(error) || error.code !== 'unavailable') throw error;
      return record;
    }
  }
  return undefined;
}

/** What the customer has to do, in a sentence. */
export function instructions(records: readonly ValidationRecord[]): string {
  return `Add ${records.length === 1 ? 'this record' : 'these records'} to your DNS: ${listed(records)}`;
}

export function listed(records: readonly ValidationRecord[]): string {
  return records.map(({ name, type, content }) => `${name} ${type} ${content}`).join('; ');
}
