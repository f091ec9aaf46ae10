import { useState, type ReactNode } from 'react';
import { Textarea } from '@mantine/core';
import { FormButton } from './form-button.js';

interface AskButtonProps {
  readonly label: string;
  /** What will happen, before it does. */
  readonly explain: ReactNode;
  /** What is said when it has. */
  readonly done: string;
  readonly danger?: boolean;
  readonly disabled?: boolean;
  /** Asks for a text with this label, which must be given. */
  readonly note?: string;
  readonly act: (note: string) => Promise<unknown>;
  readonly size?: string;
}

/** A button that asks before it acts. */
export function AskButton({ note, act, ...button }: AskButtonProps) {
  const [text, setText] = useState('');
  const acting = async () => {
    await act(text.trim());
    setText('');
  };
  return (
    <FormButton {...button} act={acting} ready={note === undefined || text.trim() !== ''}>
      {note !== undefined && (
        <Textarea
          label={note}
          required
          data-autofocus
          autosize
          minRows={3}
          maxLength={4000}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      )}
    </FormButton>
  );
}
