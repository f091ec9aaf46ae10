import { Button, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { errorText } from '../api/index.js';

interface ActButtonProps {
  readonly label: string;
  /** What it is about, for who cannot see where it stands. */
  readonly about?: string;
  readonly size?: string;
  readonly disabled?: boolean;
  /** Why it is disabled. */
  readonly title?: string | undefined;
  readonly act: () => Promise<unknown>;
}

/** A button that acts at once. When the panel refuses, its reason stands below. */
export function ActButton({ label, about, size = 'sm', disabled = false, title, act }: ActButtonProps) {
  const acting = useMutation({ mutationFn: act });
  return (
    <Stack gap={4} align="flex-start">
      <Button
        size={size}
        variant="default"
        disabled={disabled}
        title={title}
        loading={acting.isPending}
        aria-label={about === undefined ? undefined : `${label}: ${about}`}
        onClick={() => acting.mutate()}
      >
        {label}
      </Button>
      {acting.isError && (
        <Text size="xs" c="red" role="alert">
          {errorText(acting.error)}
        </Text>
      )}
    </Stack>
  );
}
