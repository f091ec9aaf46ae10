import { useState, type FormEvent } from 'react';
import { Alert, Anchor, Button, Center, Loader, Paper, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { answered, api, enterByLink, errorText } from '../api/index.js';

const minPasswordLength = 12;

interface OneTimeLinkProps {
  readonly token: string;
  /** Leaves the page, signed in or not. */
  readonly onDone: () => void;
}

/** Where a link out of a mail leads: its holder sets a password and is signed in. A link that is over says so, and can be sent anew. */
export function OneTimeLink({ token, onDone }: OneTimeLinkProps) {
  const link = useQuery({
    queryKey: ['one-time-link', token],
    queryFn: () => answered(api.POST('/api/v1/auth/one-time-links/look', { body: { token } })),
    staleTime: Infinity,
  });
  return (
    <Center component="main" mih="100vh" p="md">
      <Paper component="section" withBorder p="xl" w="100%" maw={440} aria-labelledby="link-title">
        <Stack>
          <Title order={1} size="h2" id="link-title">
            Welcome
          </Title>
          {link.isPending && <Loader aria-label="Looking at your link" />}
          {link.isError && (
            <Alert color="red" title="This link cannot be used" role="alert">
              {errorText(link.error)}
            </Alert>
          )}
          {link.data?.state === 'open' && <PasswordForm token={token} email={link.data.email} onDone={onDone} />}
          {(link.data?.state === 'used' || link.data?.state === 'expired') && <LinkIsOver token={token} state={link.data.state} />}
          <Anchor component="button" type="button" size="sm" onClick={onDone}>
            Sign in with a password
          </Anchor>
        </Stack>
      </Paper>
    </Center>
  );
}

function PasswordForm({ token, email, onDone }: OneTimeLinkProps & { readonly email: string }) {
  const [password, setPassword] = useState('');
  const entering = useMutation({ mutationFn: () => enterByLink(token, password), onSuccess: onDone });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    entering.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <Text c="dimmed">Choose a password. From then on you sign in with it and your e-mail address.</Text>
        {entering.isError && (
          <Alert color="red" title="The password was not set" role="alert">
            {errorText(entering.error)}
          </Alert>
        )}
        <TextInput label="E-mail address" type="email" name="email" autoComplete="username" value={email} readOnly />
        <PasswordInput
          label="New password"
          description={`At least ${minPasswordLength} characters`}
          name="password"
          autoComplete="new-password"
          required
          withAsterisk={false}
          minLength={minPasswordLength}
          maxLength={1024}
          autoFocus
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Button type="submit" loading={entering.isPending} disabled={password.length < minPasswordLength} fullWidth>
          Set password and sign in
        </Button>
      </Stack>
    </form>
  );
}

function LinkIsOver({ token, state }: { readonly token: string; readonly state: 'used' | 'expired' }) {
  const sending = useMutation({ mutationFn: () => answered(api.POST('/api/v1/auth/one-time-links/renew', { body: { token } })) });
  return (
    <Stack>
      <Alert color="yellow" title={state === 'used' ? 'This link was used already' : 'This link is too old'}>
        It works once, and for a few days. You can have a new one sent to the same address.
      </Alert>
      {sending.isError && (
        <Alert color="red" title="No link was sent" role="alert">
          {errorText(sending.error)}
        </Alert>
      )}
      {sending.isSuccess ? (
        <Text role="status">A new link is on its way to you. It may take some minutes.</Text>
      ) : (
        <Button loading={sending.isPending} onClick={() => sending.mutate()}>
          Send me a new link
        </Button>
      )}
    </Stack>
  );
}
