import { useState, type FormEvent } from 'react';
import { Alert, Button, Center, Paper, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { errorText, signIn } from '../api/index.js';

/** The way in, for staff and customers alike. */
export function SignIn() {
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const entering = useMutation({ mutationFn: () => signIn(email.trim(), password), onError: () => setPassword('') });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    entering.mutate();
  };
  return (
    <Center component="main" mih="100vh" p="md">
      <Paper component="section" withBorder p="xl" w="100%" maw={400} aria-labelledby="sign-in-title">
        <form onSubmit={submit}>
          <Stack>
            <div>
              <Title order={1} size="h2" id="sign-in-title">
                Hostwright
              </Title>
              <Text c="dimmed">Sign in to go on</Text>
            </div>
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
          </Stack>
        </form>
      </Paper>
    </Center>
  );
}
