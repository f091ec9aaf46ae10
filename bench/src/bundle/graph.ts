/** A call, or a task that is started and then waited for; `ms`: how long the provider takes for it. */
export interface BundleStep {
  readonly ms: number;
  readonly waited?: true;
}

/** A part of a product. Its stages follow each other, and the steps of a stage are done side by side. */
export interface BundlePart {
  readonly name: string;
  /** Parts that it is wired from: it begins when all of them are there. */
  readonly after: readonly string[];
  readonly stages: readonly (readonly BundleStep[])[];
}

const calls = (...ms: readonly number[]): readonly BundleStep[] => ms.map((each) => ({ ms: each }));
const task = (ms: number): readonly BundleStep[] => [{ ms, waited: true }];

/**
 * A site, an account with a plan, a mailbox, the zone, and a certificate for the site: what a reseller sells as one. The account and the
 * mailbox depend on nothing, the site on the zone, the certificate on both.
 */
export const bundle: readonly BundlePart[] = [
  { name: 'zone', after: [], stages: [calls(100), calls(80, 120, 60)] },
  { name: 'account', after: [], stages: [calls(200), calls(300, 150), calls(100)] },
  { name: 'mailbox', after: [], stages: [calls(120), task(700)] },
  { name: 'site', after: ['zone'], stages: [calls(150), task(600), calls(100, 80, 140)] },
  { name: 'certificate', after: ['zone', 'site'], stages: [calls(120), calls(60), task(400), calls(90)] },
];

/** How long a part takes by itself: of each stage the longest step. */
function lengthMs({ stages }: BundlePart): number {
  return stages.reduce((sum, stage) => sum + Math.max(0, ...stage.map(({ ms }) => ms)), 0);
}

/** The slowest path through the parts: no order of doing them is shorter. Throws for a part that there is not, or that waits for itself. */
export function criticalPathMs(parts: readonly BundlePart[]): number {
  const ends = new Map<string, number>();
  const endOf = (name: string, from: readonly string[]): number => {
    const known = ends.get(name);
    if (known !== undefined) return known;
    const part = parts.find((each) => each.name === name);
    if (!part || from.includes(name)) throw new Error(`'${name}' ${part ? 'waits for itself' : 'is no part'}`);
    const end = Math.max(0, ...part.after.map((before) => endOf(before, [...from, name]))) + lengthMs(part);
    ends.set(name, end);
    return end;
  };
  return Math.max(0, ...parts.map(({ name }) => endOf(name, [])));
}
