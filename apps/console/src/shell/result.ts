import { bytesText, labelOf, timeText, valueText } from './words.js';

type Row = Readonly<Record<string, unknown>>;

/** A list within a result, as a table. */
export interface ResultTable {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What an action answered, as people read it: names with values, and lists. */
export interface ReadResult {
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly tables: readonly ResultTable[];
}

const isRow = (value: unknown): value is Row => typeof value === 'object' && value !== null && !Array.isArray(value);

/** A result of any shape. */
export function readResult(result: unknown): ReadResult {
  if (result === null || result === undefined) return { facts: [], tables: [] };
  if (Array.isArray(result)) return readResult({ result });
  if (!isRow(result)) return { facts: [['Result', fieldText('', result)]], tables: [] };
  const facts: [string, string][] = [];
  const tables: ResultTable[] = [];
  for (const [name, value] of Object.entries(result)) {
    if (Array.isArray(value) && (value.length === 0 || value.every(isRow))) tables.push(tableOf(name, value as Row[]));
    else facts.push([wordsOf(name), fieldText(name, value)]);
  }
  return { facts, tables };
}

function tableOf(name: string, items: readonly Row[]): ResultTable {
  const names = [...new Set(items.flatMap((item) => Object.keys(item)))];
  return {
    title: wordsOf(name),
    columns: names.map(wordsOf),
    rows: items.map((item) => names.map((column) => fieldText(column, item[column]))),
  };
}

/** A name as the contract has it, as a label: `createdAt` → `Created at`. */
export function wordsOf(name: string): string {
  return labelOf(name.replace(/([a-z0-9])([A-Z])/g, (_, before: string, letter: string) => `${before} ${letter.toLowerCase()}`));
}

/** Units are in the names: `diskBytes`. */
export function fieldText(name: string, value: unknown): string {
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  if (typeof value === 'number' && /bytes$/i.test(name)) return bytesText(value);
  if (typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(value)) return timeText(value);
  return valueText(value);
}
