import { useState, type FormEvent, type ReactNode } from 'react';
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { faultIn, type Fault } from '../api/index.js';
import { Failed } from './states.js';

export interface FormButtonProps {
  readonly label: string;
  /** What stands on the button that does it; `label` unless said otherwise. */
  readonly submit?: string;
  /** What will happen, before it does. */
  readonly explain?: ReactNode;
  /** What is said when it has. Nothing, where the room shows it by itself. */
  readonly done?: string;
  readonly danger?: boolean;
  readonly disabled?: boolean;
  /** Why it is disabled. */
  readonly title?: string | undefined;
  /** Whether what was filled in is enough to be sent. */
  readonly ready?: boolean;
  readonly act: () => Promise<unknown>;
  /** Each time it is opened, with whatever was filled in before gone. */
  readonly onOpen?: () => void;
  readonly size?: string;
  /** For a form of many fields. */
  readonly wide?: boolean;
  /** What a fault is below the form, in better words than the panel has: by the label of its field. */
  readonly faultText?: (fault: Fault) => string | undefined;
  /** What is asked; told which of its fields the panel refused. */
  readonly children?: ReactNode | ((fault: Fault | undefined) => ReactNode);
}

/** A button that opens a form and acts when that is sent. When the panel refuses, its reason is shown and the form stays. */
export function FormButton(props: FormButtonProps) {
  const {
    label,
    submit = label,
    explain,
    done,
    danger = false,
    disabled = false,
    title,
    ready = true,
    act,
    onOpen,
    size = 'sm',
    faultText,
  } = props;
  const [opened, { open, close }] = useDisclosure(false);
  const acting = useMutation({
    mutationFn: act,
    onSuccess: () => {
      close();
      if (done !== undefined) notifications.show({ message: done, color: 'green' });
    },
  });
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (!acting.isPending && ready) acting.mutate();
  };
  const fault = faultIn(acting.error);
  const asks = Boolean(props.children);
  return (
    <>
      <Button
        size={size}
        variant={danger ? 'light' : 'default'}
        color={danger ? 'red' : undefined}
        disabled={disabled}
        title={title}
        onClick={() => {
          acting.reset();
          onOpen?.();
          open();
        }}
      >
        {label}
      </Button>
      <Modal opened={opened} onClose={close} title={label} size={props.wide ? 'lg' : 'md'} centered>
        <form onSubmit={send}>
          <Stack>
            {explain !== undefined && (
              <Text size="sm" component="div">
                {explain}
              </Text>
            )}
            {typeof props.children === 'function' ? props.children(fault) : props.children}
            {acting.isError && (
              <div ref={intoView}>
                <Failed error={acting.error} text={fault && faultText?.(fault)} />
              </div>
            )}
            <Group justify="flex-end">
              <Button variant="default" onClick={close}>
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
      </Modal>
    </>
  );
}

/** What is said below a long form is seen. */
const intoView = (place: HTMLElement | null): void => place?.scrollIntoView({ block: 'nearest' });

/** What is filled into a form: its values, how they change, and how it begins anew. */
export function useFilled<T>(empty: T): readonly [filled: T, change: (part: Partial<T>) => void, clear: () => void] {
  const [filled, setFilled] = useState(empty);
  return [filled, (part) => setFilled((before) => ({ ...before, ...part })), () => setFilled(empty)];
}
