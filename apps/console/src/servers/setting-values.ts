import { isSecret, type AskedField } from '../shell/index.js';

type Settings = Readonly<Record<string, unknown>>;

const isSet = (value: unknown): boolean => (value as { set?: unknown } | undefined)?.set === true;

/** What a form of a server's settings asks. Nobody is shown a secret: one that is set stays as it is when it is left empty. */
export function settingFields(fields: readonly AskedField[], settings: Settings): AskedField[] {
  return fields.map((field) =>
    isSecret(field) && isSet(settings[field.name]) ? { ...field, required: false, help: 'Is set. Leave it empty to keep it.' } : field,
  );
}

/** What was changed, as the panel takes it: null removes a value. `given`: what is filled in, as it is sent. */
export function changedSettings(fields: readonly AskedField[], settings: Settings, given: Settings): Record<string, unknown> {
  const changes = fields.flatMap((field): [string, unknown][] => {
    const { name } = field;
    const value = given[name];
    if (isSecret(field)) return value === undefined ? [] : [[name, value]];
    const before = settings[name];
    // A box that nobody ticked was left out before, which is the same.
    if (value === before || (value === false && before === undefined && field.initial === false)) return [];
    return [[name, value ?? null]];
  });
  return Object.fromEntries(changes);
}
