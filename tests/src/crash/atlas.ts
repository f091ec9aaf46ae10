import { answers, type Answer, type CrashRun, type Scenario } from './crash-run.js';
import type { Aim } from './messages.js';

/** What is known of the operations' ways: which boundaries there are, and which calls can go wrong. */
export class Atlas {
  /** Scenario and key → answer → boundaries that lie on the way. */
  private readonly ways = new Map<string, Map<Answer, Set<string>>>();
  private readonly aims = new Map<string, Aim>();
  private readonly places = new Map<string, { readonly scenario: Scenario; readonly key: string }>();

  /** Notes that there is such a place to be killed at. */
  note({ scenario, key, boundary, answer }: CrashRun): void {
    const place = `${scenario} ${key}`;
    this.places.set(place, { scenario, key });
    const way = this.ways.get(place) ?? new Map<Answer, Set<string>>();
    this.ways.set(place, way);
    way.set(answer, (way.get(answer) ?? new Set<string>()).add(boundary));
  }

  /** Which call goes wrong in runs about that step. */
  setAim(scenario: Scenario, key: string, aim: Aim): void {
    this.aims.set(`${scenario} ${key}`, aim);
  }

  aimOf({ scenario, key }: { readonly scenario: Scenario; readonly key: string }): Aim | undefined {
    return this.aims.get(`${scenario} ${key}`);
  }

  everyPlace(): readonly { readonly scenario: Scenario; readonly key: string }[] {
    return [...this.places.values()];
  }

  knows({ scenario, key, boundary, answer }: CrashRun): boolean {
    return this.ways.get(`${scenario} ${key}`)?.get(answer)?.has(boundary) === true;
  }

  /** Every step × boundary × answer. What lies on no known way cannot be met: there is no such place to be killed at. */
  matrix(): { readonly runs: readonly CrashRun[]; readonly inapplicable: readonly CrashRun[] } {
    const all = [...this.places].flatMap(([place, { scenario, key }]) => {
      const boundaries = new Set([...this.ways.get(place)!.values()].flatMap((known) => [...known]));
      return [...boundaries].flatMap((boundary) => answers.map((answer): CrashRun => ({ scenario, key, boundary, answer })));
    });
    return { runs: all.filter((run) => this.knows(run)), inapplicable: all.filter((run) => !this.knows(run)) };
  }
}
