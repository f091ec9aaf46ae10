import { Checkbox, NativeSelect, PasswordInput, Textarea, TextInput } from '@mantine/core';
import type { Fault } from '../api/index.js';
import type { AskedField, Filled } from './schema-values.js';

interface SchemaFieldsProps {
  readonly fields: readonly AskedField[];
  readonly filled: Filled;
  readonly onChange: (part: Filled) => void;
  /** Where the fields stand in what is sent, such as `order`, and which field of that was refused. */
  readonly within?: string;
  readonly fault?: Fault | undefined;
}

/** The inputs of a form that the panel describes. */
export function SchemaFields({ fields, filled, onChange, within, fault }: SchemaFieldsProps) {
  const errorOf = (name: string) => (fault && fault.field === `${within}.${name}` ? fault.text : undefined);
  return fields.map((field, index) => (
    <SchemaField
      key={field.name}
      field={field}
      value={filled[field.name] ?? field.initial}
      first={index === 0}
      error={errorOf(field.name)}
      onChange={(value) => onChange({ [field.name]: value })}
    />
  ));
}

interface SchemaFieldProps {
  readonly field: AskedField;
  readonly value: string | boolean;
  readonly first?: boolean;
  readonly error?: string | undefined;
  readonly onChange: (value: string | boolean) => void;
}

export function SchemaField({ field, value, first = false, error, onChange }: SchemaFieldProps) {
  const { name, label, help, kind, required, choices, maxLength } = field;
  const shared = { name, label, description: help ?? boundsText(field), error, ...(first && { 'data-autofocus': true }) };
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

function boundsText({ minimum, maximum }: AskedField): string | undefined {
  if (minimum === undefined && maximum === undefined) return undefined;
  if (maximum === undefined) return `At least ${minimum}`;
  return minimum === undefined ? `At most ${maximum}` : `${minimum} to ${maximum}`;
}
