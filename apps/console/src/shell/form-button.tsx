import { useState, type ReactNode } from 'react';
import { Button, Modal } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { ActForm, type ActFormProps } from './act-form.js';

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
  readonly faultText?: ActFormProps['faultText'];
  readonly children?: ActFormProps['children'];
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
        <ActForm acting={acting} submit={submit} explain={explain} danger={danger} ready={ready} faultText={faultText} onCancel={close}>
          {props.children}
        </ActForm>
      </Modal>
    </>
  );
}

/** What is filled into a form: its values, how they change, and how it begins anew. */
export function useFilled<T>(empty: T): readonly [filled: T, change: (part: Partial<T>) => void, clear: () => void] {
  const [filled, setFilled] = useState(empty);
  return [filled, (part) => setFilled((before) => ({ ...before, ...part })), () => setFilled(empty)];
}
