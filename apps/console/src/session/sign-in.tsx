import { useEffect, useState, type FormEvent } from 'react';
import { Alert, Anchor, Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { errorText, signIn } from '../api/index.js';
import { DoorPage } from './door-page.js';
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
          {entering.isError && (
            <Alert color="red" title="Not signed in" role="alert">
              {errorText(entering.error)}
            </Alert>
          )}
          <TextInput
            label="E-mail address"
            type="email"
            name="email"
            autoComplete="username"
            required
            withAsterisk={false}
            autoFocus
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
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
