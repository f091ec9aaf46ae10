import type { Fault } from '../api/index.js';
import type { AskedField } from '../shell/index.js';

/** What the form of a server's settings calls them, by their names. */
export function labelsOf(fields: readonly AskedField[]): ReadonlyMap<string, string> {
  return new Map(fields.map(({ name, label }) => [name, label]));
}

/** What is wrong with a setting, under the name that its form has for it. Undefined when no setting of `labels`, by their names, is at fault. */
export function settingFaultText(fault: Fault | undefined, labels: ReadonlyMap<string, string>): string | undefined {
  const label = fault && labels.get(fault.field.replace(/^settings\./, ''));
  if (!fault || label === undefined) return undefined;
  // Some modules begin with the name themselves.
  return fault.text.toLowerCase().startsWith(label.toLowerCase()) ? fault.text : `${label}: ${fault.text}`;
}
