import { useState, type FormEvent, type ReactNode } from 'react';
import { Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { Failed } from './states.js';

interface AskButtonProps {
  readonly label: string;
  /** What will happen, before it does. */
  readonly explain: ReactNode;
  /** What is said when it has. */
  readonly done: string;
  readonly danger?: boolean;
  /** Asks for a text with this label, which must be given. */
  readonly note?: string;
  readonly act: (note: string) => Promise<unknown>;
  readonly size?: string;
}

/** A button that asks before it acts. When the panel refuses, its reason is shown and the question stays. */
export function AskButton({ label, explain, done, danger = false, note, act, size = 'sm' }: AskButtonProps) {
  const [opened, { open, close }] = useDisclosure(false);
  const [text, setText] = useState('');
  const acting = useMutation({
    mutationFn: () => act(text.trim()),
    onSuccess: () => {
      close();
      setText('');
      notifications.show({ message: done, color: 'green' });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!acting.isPending) acting.mutate();
  };
  return (
    <>
      <Button
        size={size}
        variant={danger ? 'light' : 'default'}
        color={danger ? 'red' : undefined}
        onClick={() => {
          acting.reset();
          open();
        }}
      >
        {label}
      </Button>
      <Modal opened={opened} onClose={close} title={label} centered>
        <form onSubmit={submit}>
          <Stack>
            <Text size="sm" component="div">
              {explain}
            </Text>
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
            {acting.isError && <Failed error={acting.error} />}
            <Group justify="flex-end">
              <Button variant="default" onClick={close}>
                Cancel
              </Button>
              <Button
                type="submit"
                color={danger ? 'red' : undefined}
                loading={acting.isPending}
                disabled={note !== undefined && text.trim() === ''}
                data-autofocus={note === undefined || undefined}
              >
                {label}
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
    </>
  );
}
