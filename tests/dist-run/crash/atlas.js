import { answers } from './crash-run.js';
/** What is known of the operations' ways: which boundaries there are, and which calls can go wrong. */
export class Atlas {
    /** Scenario and key → answer → boundaries that lie on the way. */
    ways = new Map();
    aims = new Map();
    places = new Map();
    /** Notes that a job of that scenario came to that point when its provider answered so. True when that was not known. */
    note(scenario, { key, boundary }, answer) {
        const place = `${scenario} ${key}`;
        this.places.set(place, { scenario, key });
        const way = this.ways.get(place) ?? new Map();
        this.ways.set(place, way);
        const known = way.get(answer) ?? new Set();
        way.set(answer, known);
        const isNew = !known.has(boundary);
        known.add(boundary);
        return isNew;
    }
    /** Which call goes wrong in runs about that step. */
    setAim(scenario, key, aim) {
        this.aims.set(`${scenario} ${key}`, aim);
    }
    aimOf({ scenario, key }) {
        return this.aims.get(`${scenario} ${key}`);
    }
    everyPlace() {
        return [...this.places.values()];
    }
    knows({ scenario, key, boundary, answer }) {
        return this.ways.get(`${scenario} ${key}`)?.get(answer)?.has(boundary) === true;
    }
    /** Every step × boundary × answer. What lies on no known way cannot be met: there is no such place to be killed at. */
    matrix() {
        const all = [...this.places].flatMap(([place, { scenario, key }]) => {
            const boundaries = new Set([...this.ways.get(place).values()].flatMap((known) => [...known]));
            return [...boundaries].flatMap((boundary) => answers.map((answer) => ({ scenario, key, boundary, answer })));
        });
        return { runs: all.filter((run) => this.knows(run)), inapplicable: all.filter((run) => !this.knows(run)) };
    }
}
//# sourceMappingURL=atlas.js.map