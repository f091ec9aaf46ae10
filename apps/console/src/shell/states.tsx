import type { ReactNode } from 'react';
import { Alert, Button, Center, Loader, Paper, Stack, Text } from '@mantine/core';
import { errorText } from '../api/index.js';

/** Something is on its way. */
export function Loading({ what }: { readonly what: string }) {
  return (
    <Center p="xl" role="status" aria-live="polite">
      <Stack align="center" gap="xs">
        <Loader />
        <Text c="dimmed">Loading {what} …</Text>
      </Stack>
    </Center>
  );
}

/** There is nothing, which is not a mistake. */
export function Empty({ children }: { readonly children: ReactNode }) {
  return (
    <Paper withBorder p="xl">
      <Text c="dimmed" ta="center">
        {children}
      </Text>
    </Paper>
  );
}

/** It did not work: what the panel said, and another try. */
export function Failed({
  error,
  title = 'That did not work',
  text = errorText(error),
  again,
}: {
  readonly error: unknown;
  readonly title?: string;
  /** In better words than the panel has for it. */
  readonly text?: string | undefined;
  readonly again?: () => void;
}) {
  return (
    <Alert color="red" title={title} role="alert">
      <Stack gap="sm" align="flex-start">
        <Text size="sm">{text}</Text>
        {again && (
          <Button size="xs" variant="default" onClick={again}>
            Try again
          </Button>
        )}
      </Stack>
    </Alert>
  );
}

interface Asked<T> {
  readonly data: T | undefined;
  readonly error: unknown;
  readonly isPending: boolean;
  readonly refetch: () => unknown;
}

/** What was asked for, once it is there. When asking again fails, what is known stays, with a word that it may be old. */
export function Answer<T>({
  asked,
  what,
  children,
}: {
  readonly asked: Asked<T>;
  readonly what: string;
  readonly children: (data: T) => ReactNode;
}) {
  const again = () => void asked.refetch();
  if (asked.data === undefined) {
    return asked.isPending && !asked.error ? <Loading what={what} /> : <Failed error={asked.error} title={`No ${what}`} again={again} />;
  }
  return (
    <Stack>
      {Boolean(asked.error) && <Failed error={asked.error} title="What you see may be out of date" again={again} />}
      {children(asked.data)}
    </Stack>
  );
}
