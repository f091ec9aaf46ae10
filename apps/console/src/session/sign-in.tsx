import { useEffect, useState, type FormEvent } from 'react';
import { Anchor, Button, PasswordInput, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { signIn } from '../api/index.js';
import { Failed } from '../shell/index.js';
import { DoorPage } from './door-page.js';
import { EmailInput } from './email-input.js';
import { ForgottenPassword } from './forgotten-password.js';

/** The way in, for staff and customers alike. */
export function SignIn() {
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [forgotten, setForgotten] = useState(false);
  const entering = useMutation({ mutationFn: () => signIn(email.trim(), password), onError: () => setPassword('') });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    entering.mutate();
  };
  useEffect(() => {
    document.title = 'Hostwright';
  }, []);
  if (forgotten) return <ForgottenPassword email={email} onBack={() => setForgotten(false)} />;
  return (
    <DoorPage title="Hostwright">
      <form onSubmit={submit}>
        <Stack>
          <Text c="dimmed">Sign in to go on</Text>
          {entering.isError && <Failed error={entering.error} title="Not signed in" />}
          <EmailInput value={email} onChange={setEmail} />
          <PasswordInput
            label="Password"
            name="password"
            autoComplete="current-password"
            required
            withAsterisk={false}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          <Button type="submit" loading={entering.isPending} fullWidth>
            Sign in
          </Button>
          <Anchor component="button" type="button" size="sm" onClick={() => setForgotten(true)}>
            Forgot your password?
          </Anchor>
        </Stack>
      </form>
    </DoorPage>
  );
}
