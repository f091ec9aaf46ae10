/** How often something happened, by name, over many histories: the proof that they are not trivial. */
export class Coverage {
  readonly counts = new Map<string, number>();

  add(what: string, times = 1): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + times);
  }

  join(other: Coverage): void {
    for (const [what, times] of other.counts) this.add(what, times);
  }

  of(what: string): number {
    return this.counts.get(what) ?? 0;
  }

  /** One line per group: what stands before the colon of a name. */
  lines(): string[] {
    const groups = new Map<string, string[]>();
    for (const [what, times] of [...this.counts].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const [group, name] = what.split(': ') as [string, string];
      groups.set(group, [...(groups.get(group) ?? []), `${name} ${times}`]);
    }
    return [...groups].map(([group, names]) => `${group}: ${names.join(', ')}`);
  }
}
