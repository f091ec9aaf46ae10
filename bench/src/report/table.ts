import type { Line } from './line.js';

const columns = ['row', 'ours', 'floor', 'unit', 'ratio', 'must', 'aim', ''] as const;

function verdict({ holds, aim_met: aimMet, disturbed }: Line): string {
  const noise = disturbed > 0 ? ` (${disturbed} disturbed)` : '';
  if (holds === null) return noise.trim();
  return `${holds ? (aimMet ? 'aim met' : 'holds') : 'MISSED'}${noise}`;
}

/** What people read. */
export function tableOf(lines: readonly Line[]): string {
  const rows = [
    [...columns],
    ...lines.map((line) => [
      line.row,
      String(line.ours),
      line.floor === null ? '–' : String(line.floor),
      line.unit,
      String(line.ratio),
      line.must ?? '–',
      line.aim ?? '–',
      verdict(line),
    ]),
  ];
  const widths = columns.map((_, at) => Math.max(...rows.map((row) => row[at]!.length)));
  return rows
    .map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths[at]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** How many goals hold. Rows without one do not count. */
export function tally(lines: readonly Line[]): { readonly held: number; readonly of: number; readonly aims: number } {
  const judged = lines.filter(({ holds }) => holds !== null);
  return {
    held: judged.filter(({ holds }) => holds).length,
    of: judged.length,
    aims: judged.filter(({ aim_met: met }) => met).length,
  };
}
