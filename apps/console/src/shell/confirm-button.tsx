import { useState, type ReactNode } from 'react';
import { TextInput } from '@mantine/core';
import { FormButton } from './form-button.js';

interface ConfirmButtonProps {
  readonly label: string;
  readonly explain: ReactNode;
  /** What has to be typed, and what that is: `the remote id`. */
  readonly expected: string;
  readonly what: string;
  readonly done?: string;
  readonly size?: string;
  readonly act: (typed: string) => Promise<unknown>;
}

/** A button for what cannot be taken back: it acts once the thing was named. */
export function ConfirmButton({ expected, what, act, ...button }: ConfirmButtonProps) {
  const [typed, setTyped] = useState('');
  return (
    <FormButton {...button} danger act={() => act(typed.trim())} ready={typed.trim() === expected} onOpen={() => setTyped('')}>
      <TextInput
        label={`Type ${what} to go on: ${expected}`}
        required
        withAsterisk={false}
        data-autofocus
        autoComplete="off"
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
    </FormButton>
  );
}
