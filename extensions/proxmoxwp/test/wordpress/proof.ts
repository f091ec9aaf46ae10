import { setTimeout as sleep } from 'node:timers/promises';

const begun = Date.now();

/** Tells what is being done, with the seconds since the beginning. */
export function say(line: string): void {
  console.log(`[${((Date.now() - begun) / 1_000).toFixed(0).padStart(4)} s] ${line}`);
}

export function minutesSoFar(): string {
  return ((Date.now() - begun) / 60_000).toFixed(1);
}

let proofs = 0;

/** How much has been found to hold. */
export function proofsSoFar(): number {
  return proofs;
}

/** Says that something holds, or throws with what was seen instead. */
export function holds(what: string, condition: boolean, seen: unknown = ''): void {
  if (!condition) throw new Error(`does not hold: ${what}${seen === '' ? '' : `; seen: ${String(seen).slice(0, 2_000)}`}`);
  proofs += 1;
  say(`ok  ${what}`);
}

/** Asks until it is so. Throws after that many seconds. */
export async function until(what: string, seconds: number, holdsNow: () => boolean | Promise<boolean>): Promise<void> {
  const last = Date.now() + seconds * 1_000;
  while (!(await holdsNow())) {
    if (Date.now() > last) throw new Error(`not within ${seconds} s: ${what}`);
    await sleep(250);
  }
}
