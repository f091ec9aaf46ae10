import type { FormEvent, ReactNode } from 'react';
import { Button, Group, Stack, Text } from '@mantine/core';
import type { UseMutationResult } from '@tanstack/react-query';
import { faultIn, type Fault } from '../api/index.js';
import { Failed } from './states.js';

export interface ActFormProps {
  readonly acting: UseMutationResult<unknown, Error, void>;
  /** What stands on the button that does it. */
  readonly submit: string;
  /** What will happen, before it does. */
  readonly explain?: ReactNode;
  readonly danger?: boolean;
  /** Whether what was filled in is enough to be sent. */
  readonly ready?: boolean;
  readonly onCancel: () => void;
  /** What a fault is below the form, in better words than the panel has: by the label of its field. */
  readonly faultText?: ((fault: Fault) => string | undefined) | undefined;
  /** What is asked; told which of its fields the panel refused. */
  readonly children?: ReactNode | ((fault: Fault | undefined) => ReactNode);
}

/** A form that acts when it is sent. When the panel refuses, its reason is shown and the form stays. */
export function ActForm({ acting, submit, explain, danger = false, ready = true, onCancel, faultText, children }: ActFormProps) {
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (!acting.isPending && ready) acting.mutate();
  };
  const fault = faultIn(acting.error);
  const asks = Boolean(children);
  return (
    <form onSubmit={send}>
      <Stack>
        {explain !== undefined && (
          <Text size="sm" component="div">
            {explain}
          </Text>
        )}
        {typeof children === 'function' ? children(fault) : children}
        {acting.isError && (
          <div ref={intoView}>
            <Failed error={acting.error} text={fault && faultText?.(fault)} />
          </div>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button
            type="submit"
            color={danger ? 'red' : undefined}
            loading={acting.isPending}
            disabled={!ready}
            data-autofocus={!asks || undefined}
          >
            {submit}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** What is said below a long form is seen. */
const intoView = (place: HTMLElement | null): void => place?.scrollIntoView({ block: 'nearest' });
