import { idOf } from './crash-run.js';
import { flawKinds } from './verdict.js';
/** The verdict on many runs, as one line. */
export function verdictLine(passed, of, flaws) {
    const count = (kind) => flaws.filter((ones) => ones.some((flaw) => flaw.kind === kind)).length;
    return `runs ${passed} of ${of} ${flawKinds.map((kind) => `${kind} ${count(kind)}`).join(' ')}`;
}
/** Why a run proves nothing, or that something is wrong; undefined when all is well. */
export function complaintOf({ reached, answered, flaws }) {
    const complaints = [
        ...flaws.map(({ kind, what }) => `${kind}: ${what}`),
        ...(reached ? [] : ['not met: it never came to that boundary']),
        ...(answered ? [] : ['not met: its provider never answered so']),
    ];
    return complaints.length === 0 ? undefined : complaints.join('; ');
}
export function failureLines(outcomes, again) {
    return outcomes.flatMap((outcome) => {
        const complaint = complaintOf(outcome);
        const id = idOf(outcome.run);
        return complaint === undefined ? [] : [`FAILED ${id}`, `    ${complaint}`, `    alone: ${again(id)}`];
    });
}
/** What cannot be met, counted by boundary and answer. */
export function inapplicableLines(runs) {
    const counts = new Map();
    for (const { boundary, answer } of runs)
        counts.set(`${boundary} :: ${answer}`, (counts.get(`${boundary} :: ${answer}`) ?? 0) + 1);
    return [...counts].sort().map(([kind, count]) => `  ${String(count).padStart(3)} ${kind}`);
}
//# sourceMappingURL=report.js.map