import { TextInput } from '@mantine/core';
import { textAt, type Fault } from '../api/index.js';

interface NameInputProps {
  readonly value: string;
  readonly onChange: (part: { readonly name: string }) => void;
  readonly fault: Fault | undefined;
  /** How many characters the panel takes. */
  readonly maxLength: number;
  readonly description?: string;
}

/** What something is called: the first that a form asks for. */
export function NameInput({ value, onChange, fault, maxLength, description }: NameInputProps) {
  return (
    <TextInput
      label="Name"
      description={description}
      required
      data-autofocus
      maxLength={maxLength}
      error={textAt(fault, 'name')}
      value={value}
      onChange={(event) => onChange({ name: event.currentTarget.value })}
    />
  );
}
