import { useState } from 'react';
import { Button, Group, PasswordInput, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { answered, api, errorText, textAt, type ServiceDetails } from '../api/index.js';
import { Failed, FormButton, labelOf, Section } from '../shell/index.js';
import { DoorShut, openDoor } from './open-door.js';
import { FilesButton } from './files-button.js';
import type { PressedJob } from './pressed-job.js';

interface AccessSectionProps {
  readonly service: ServiceDetails;
  readonly onJob: (job: PressedJob) => void;
}

/** The ways into a service: its panel at the provider, its password, and its files. Nothing where there is none. */
export function AccessSection({ service: { id, state }, onJob }: AccessSectionProps) {
  const asked = useQuery({
    queryKey: ['access', id, state],
    queryFn: async ({ signal }) => answered(api.GET('/api/v1/services/{id}/access', { params: { path: { id } }, signal })),
    staleTime: 60_000,
    enabled: state === 'active',
  });
  if (state === 'suspended') {
    return (
      <Section title="Access">
        <Text size="sm" c="dimmed">
          While the service is suspended nobody is logged in to it, no password is changed, and no file is fetched.
        </Text>
      </Section>
    );
  }
  if (asked.isError) {
    return (
      <Section title="Access">
        <Failed error={asked.error} title="No ways in" again={() => void asked.refetch()} />
      </Section>
    );
  }
  if (!asked.data) return null;
  const { signOn, password, files } = asked.data;
  if (signOn.length === 0 && password.length === 0 && files.length === 0) return null;
  return (
    <Section title="Access">
      <Group gap="xs" align="flex-start">
        {signOn.map((component) => (
          <SignOnButton key={component} serviceId={id} component={component} only={signOn.length === 1} />
        ))}
        {password.map((component) => (
          <PasswordButton key={component} serviceId={id} component={component} only={password.length === 1} onJob={onJob} />
        ))}
        {files.map((component) => (
          <FilesButton key={component} serviceId={id} component={component} only={files.length === 1} />
        ))}
      </Group>
    </Section>
  );
}

interface WayProps {
  readonly serviceId: string;
  readonly component: string;
  /** The service has no other of the kind. */
  readonly only: boolean;
}

/** Logs in at the provider, in a tab of its own. The provider is asked at the click. */
function SignOnButton({ serviceId, component, only }: WayProps) {
  const opening = useMutation({
    mutationFn: (tab: Window | null) =>
      openDoor(tab, () =>
        answered(api.POST('/api/v1/services/{id}/sign-on', { params: { path: { id: serviceId } }, body: { component } })),
      ),
  });
  return (
    <div>
      <Button loading={opening.isPending} onClick={() => opening.mutate(window.open('', '_blank'))}>
        {only ? 'Log in' : `Log in to ${labelOf(component)}`}
      </Button>
      {opening.isError && (
        <Text size="sm" c="red" role="alert" mt={4}>
          {opening.error instanceof DoorShut ? opening.error.message : errorText(opening.error)}
        </Text>
      )}
    </div>
  );
}

function PasswordButton({ serviceId, component, only, onJob }: WayProps & Pick<AccessSectionProps, 'onJob'>) {
  const [password, setPassword] = useState('');
  const title = only ? 'Change password' : `Change password of ${labelOf(component)}`;
  const change = async () => {
    const params = { path: { id: serviceId } };
    const { jobId } = await answered(api.POST('/api/v1/services/{id}/password', { params, body: { component, password } }));
    setPassword('');
    onJob({ jobId, title });
  };
  return (
    <FormButton
      label={title}
      submit="Change"
      explain="The new password is set at the provider. The panel shows it to nobody, and no mail holds it."
      ready={password.length >= 10}
      onOpen={() => setPassword('')}
      act={change}
    >
      {(fault) => (
        <PasswordInput
          label="New password"
          description="At least 10 characters; the provider may want more of it"
          autoComplete="new-password"
          required
          data-autofocus
          minLength={10}
          maxLength={128}
          error={textAt(fault, 'password')}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
      )}
    </FormButton>
  );
}
