import type { Finding } from './check-contracts.js';

/** What was found, for people: a line for each extension, and below it each failure and what was let pass. */
export function reportOf(findings: readonly Finding[]): string {
  return findings.flatMap(linesOf).join('\n');
}

/** True when nothing is wrong. What was skipped is not. */
export function isFine(findings: readonly Finding[]): boolean {
  return findings.every((finding) => !('wrong' in finding) && !('verdict' in finding && finding.verdict.failures.length > 0));
}

function linesOf(finding: Finding): readonly string[] {
  const { extension } = finding;
  if ('skipped' in finding) return [`skipped  ${extension}: ${finding.skipped}`];
  if ('wrong' in finding) return [`FAILED   ${extension}: ${finding.wrong}`];
  const { requests, different, operations, failures, excused, uncheckedFormats } = finding.verdict;
  const counts = `${requests} requests (${different} different) of ${operations.size} operations, ${failures.length} failures`;
  return [
    `${failures.length === 0 ? 'ok      ' : 'FAILED  '} ${extension}: ${counts}`,
    ...failures.map(({ operation, problem, times, seenIn }) => `           ${operation}: ${problem} (${times} times, first in ${seenIn})`),
    ...[...excused].map(([{ request, field, reason }, times]) => {
      const what = field === undefined ? request : `"${field}" of ${request}`;
      return times > 0
        ? `           let pass ${times} times: ${what}: ${reason}`
        : `           not needed by these tests: the addition ${what}`;
    }),
    ...(uncheckedFormats.size > 0 ? [`           formats not checked: ${[...uncheckedFormats].sort().join(', ')}`] : []),
  ];
}
