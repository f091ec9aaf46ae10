import { TextInput } from '@mantine/core';

interface EmailInputProps {
  readonly value: string;
  readonly onChange: (email: string) => void;
}

/** The address that somebody signs in with. */
export function EmailInput({ value, onChange }: EmailInputProps) {
  return (
    <TextInput
      label="E-mail address"
      type="email"
      name="email"
      autoComplete="username"
      required
      withAsterisk={false}
      autoFocus
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
