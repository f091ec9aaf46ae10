import { useEffect, useState, type FormEvent } from 'react';
import { Alert, Anchor, Button, Loader, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { answered, api, ApiFailure, enterByLink, errorText } from '../api/index.js';
import { Failed } from '../shell/index.js';
import { DoorPage } from './door-page.js';
import type { MailLink } from './link-token.js';

const minPasswordLength = 12;

interface OneTimeLinkProps {
  readonly link: MailLink;
  /** Leaves the page, signed in or not. */
  readonly onDone: () => void;
}

const titles: Readonly<Record<MailLink['purpose'], string>> = { welcome: 'Welcome', 'new-password': 'New password' };

/** Where a link out of a mail leads: its holder sets a password and is signed in. A link that is over says so, and can be sent anew. */
export function OneTimeLink({ link: { token, purpose }, onDone }: OneTimeLinkProps) {
  const link = useQuery({
    queryKey: ['one-time-link', token],
    queryFn: () => answered(api.POST('/api/v1/auth/one-time-links/look', { body: { token } })),
    staleTime: Infinity,
  });
  const unknown = link.error instanceof ApiFailure && link.error.status === 404;
  useEffect(() => {
    document.title = `${titles[purpose]} · Hostwright`;
  }, [purpose]);
  return (
    <DoorPage title={titles[purpose]}>
      {link.isPending && <Loader aria-label="Looking at your link" />}
      {link.isError && (
        <Alert color="red" title="This link cannot be used" role="alert">
          <Stack gap="sm" align="flex-start">
            <Text size="sm">
              {unknown
                ? 'It is not one of ours, or was not copied whole. Open it from the mail itself, or copy it to its very end.'
                : errorText(link.error)}
            </Text>
            {!unknown && (
              <Button size="xs" variant="default" loading={link.isFetching} onClick={() => void link.refetch()}>
                Try again
              </Button>
            )}
          </Stack>
        </Alert>
      )}
      {link.data?.state === 'open' && (
        <PasswordForm token={token} purpose={purpose} email={link.data.email} onDone={onDone} onRefused={() => void link.refetch()} />
      )}
      {(link.data?.state === 'used' || link.data?.state === 'expired') && <LinkIsOver token={token} link={link.data} />}
      <Anchor component="button" type="button" size="sm" onClick={onDone}>
        Sign in with a password
      </Anchor>
    </DoorPage>
  );
}

interface PasswordFormProps extends MailLink {
  readonly email: string;
  readonly onDone: () => void;
  /** The panel did not take it: the link may be over by now. */
  readonly onRefused: () => void;
}

function PasswordForm({ token, purpose, email, onDone, onRefused }: PasswordFormProps) {
  const [password, setPassword] = useState('');
  const entering = useMutation({ mutationFn: () => enterByLink(token, password), onSuccess: onDone, onError: onRefused });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    entering.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <Text c="dimmed">
          {purpose === 'welcome'
            ? 'Choose a password. From then on you sign in with it and your e-mail address.'
            : 'Choose a new password. Whoever is signed in with the one before is signed out by it.'}
        </Text>
        {entering.isError && <Failed error={entering.error} title="The password was not set" />}
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

interface LinkIsOverProps {
  readonly token: string;
  readonly link: { readonly state: string; readonly email: string };
}

/** What happened, and the two ways on: to sign in, or to have another link. */
function LinkIsOver({ token, link: { state, email } }: LinkIsOverProps) {
  const sending = useMutation({ mutationFn: () => answered(api.POST('/api/v1/auth/one-time-links/renew', { body: { token } })) });
  return (
    <Stack>
      {state === 'used' ? (
        <Alert color="yellow" title="This link was used already">
          A link works once. If it was you who set a password, with this link or a later one, sign in with it. If it was not, have a new
          link sent: the password that you set with it takes the place of theirs, and signs them out.
        </Alert>
      ) : (
        <Alert color="yellow" title="This link is too old">
          Links work for a limited time, so that an old mail lets nobody in. Have a new one sent.
        </Alert>
      )}
      {sending.isError && <Failed error={sending.error} title="No link was sent" />}
      {sending.isSuccess ? (
        <Alert color="green" title="A new link is on its way" role="status">
          It goes to {email}, and may take some minutes. Look into the folder for spam, too.
        </Alert>
      ) : (
        <Button loading={sending.isPending} onClick={() => sending.mutate()}>
          Send a new link to {email}
        </Button>
      )}
    </Stack>
  );
}
