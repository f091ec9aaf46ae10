import { Checkbox, NativeSelect, PasswordInput, Textarea, TextInput } from '@mantine/core';
import type { AskedField } from './schema-values.js';

export interface SchemaFieldProps {
  readonly field: AskedField;
  readonly value: string | boolean;
  readonly first?: boolean;
  readonly error?: string | undefined;
  readonly onChange: (value: string | boolean) => void;
}

/** The input of one field. */
export function SchemaField({ field, value, first = false, error, onChange }: SchemaFieldProps) {
  const { name, label, kind, required, choices, maxLength } = field;
  const shared = { name, label, description: helpOf(field), error, ...(first && { 'data-autofocus': true }) };
  const typed = { ...shared, required, value: String(value), ...(maxLength !== undefined && { maxLength }) };
  if (kind === 'flag') {
    return <Checkbox {...shared} checked={value === true} onChange={(event) => onChange(event.currentTarget.checked)} />;
  }
  if (kind === 'choice') {
    const data = [...(required && value !== '' ? [] : [{ value: '', label: required ? 'Choose …' : '–' }]), ...choices];
    return (
      <NativeSelect {...shared} required={required} data={data} value={String(value)} onChange={(e) => onChange(e.currentTarget.value)} />
    );
  }
  if (kind === 'lines' || kind === 'secret-lines') {
    return <Textarea {...typed} autosize minRows={3} maxRows={12} spellCheck={false} onChange={(e) => onChange(e.currentTarget.value)} />;
  }
  if (kind === 'secret') {
    return <PasswordInput {...typed} autoComplete="new-password" onChange={(event) => onChange(event.currentTarget.value)} />;
  }
  return (
    <TextInput {...typed} inputMode={kind === 'integer' ? 'numeric' : 'text'} onChange={(event) => onChange(event.currentTarget.value)} />
  );
}

/** What is said above it: what it is, and what it must be. */
function helpOf(field: AskedField): string | undefined {
  const { help, rule } = field;
  if (rule === undefined) return help ?? boundsText(field);
  return help === undefined ? sentence(rule) : `${help.replace(/\.$/, '')}. ${sentence(rule)}`;
}

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function boundsText({ minimum, maximum }: AskedField): string | undefined {
  if (minimum === undefined && maximum === undefined) return undefined;
  if (maximum === undefined) return `At least ${minimum}`;
  return minimum === undefined ? `At most ${maximum}` : `${minimum} to ${maximum}`;
}
