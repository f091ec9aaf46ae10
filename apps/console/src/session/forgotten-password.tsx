import { useState, type FormEvent } from 'react';
import { Alert, Anchor, Button, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { answered, api } from '../api/index.js';
import { Failed } from '../shell/index.js';
import { DoorPage } from './door-page.js';
import { EmailInput } from './email-input.js';

interface ForgottenPasswordProps {
  /** What was typed as the address before. */
  readonly email: string;
  readonly onBack: () => void;
}

/** Has a link sent to set a new password. It says the same whoever has the address, if anybody. */
export function ForgottenPassword({ email: typed, onBack }: ForgottenPasswordProps) {
  const [email, setEmail] = useState(typed);
  const asking = useMutation({
    mutationFn: () => answered(api.POST('/api/v1/auth/forgotten-password', { body: { email: email.trim() } })),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    asking.mutate();
  };
  return (
    <DoorPage title="Forgot your password?">
      {asking.isSuccess ? (
        <Alert color="green" title="Look into your mailbox" role="status">
          If somebody has an account or services here under {email.trim()}, a link to set a new password is on its way to them. It works
          once, and for as long as the mail says. If it has not come within some minutes, look into the folder for spam, or ask again with
          the address that you ordered with.
        </Alert>
      ) : (
        <form onSubmit={submit}>
          <Stack>
            <Text c="dimmed">We send a link to your e-mail address, with which you set a new password.</Text>
            {asking.isError && <Failed error={asking.error} title="No link was sent" />}
            <EmailInput value={email} onChange={setEmail} />
            <Button type="submit" loading={asking.isPending} disabled={email.trim() === ''} fullWidth>
              Send the link
            </Button>
          </Stack>
        </form>
      )}
      {asking.isSuccess && (
        <Anchor component="button" type="button" size="sm" onClick={() => asking.reset()}>
          Ask again
        </Anchor>
      )}
      <Anchor component="button" type="button" size="sm" onClick={onBack}>
        Back to signing in
      </Anchor>
    </DoorPage>
  );
}
