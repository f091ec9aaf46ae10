import { useState } from 'react';
import { Group } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { answered, api, type Webhook } from '../api/index.js';
import { AskButton, FormButton, useFilled } from '../shell/index.js';
import { eventFilters } from './delivery-words.js';
import { SecretDialog } from './secret-dialog.js';
import { isWebhookFilled, WebhookForm } from './webhook-form.js';

/** What may be done with a webhook. */
export function WebhookButtons({ webhook, onDone }: { readonly webhook: Webhook; readonly onDone: () => void }) {
  const [secret, setSecret] = useState<string>();
  const navigate = useNavigate();
  const params = { path: { id: webhook.id } };
  const test = async () => {
    const { id } = await answered(api.POST('/api/v1/webhooks/{id}/test', { params }));
    onDone();
    await navigate({ to: `/app/webhooks/${webhook.id}/deliveries/${id}` });
  };
  const rotate = async () => {
    setSecret((await answered(api.POST('/api/v1/webhooks/{id}/rotate-secret', { params }))).secret);
    onDone();
  };
  const set = (state: Webhook['state']) => async () => {
    await answered(api.PATCH('/api/v1/webhooks/{id}', { params, body: { state } }));
    onDone();
  };
  const remove = async () => {
    await answered(api.DELETE('/api/v1/webhooks/{id}', { params }));
    onDone();
    await navigate({ to: '/app/webhooks' });
  };
  return (
    <Group gap="xs">
      <SecretDialog secret={secret} onClose={() => setSecret(undefined)} />
      <AskButton
        label="Test"
        explain="It is sent an event of the type webhook.test, whatever it is told of otherwise."
        done="The test is on its way."
        act={test}
      />
      <EditButton webhook={webhook} onDone={onDone} />
      <AskButton
        label="Rotate secret"
        explain="A new secret signs from now on, and for 24 hours the one before signs beside it."
        done="The secret is another one now."
        act={rotate}
      />
      {webhook.state === 'active' ? (
        <AskButton
          label="Disable"
          explain="It is told of nothing until it is enabled again; what waits goes on then."
          done="It is disabled."
          act={set('disabled')}
        />
      ) : (
        <AskButton label="Enable" explain="It is told of events again, and of what waited." done="It is enabled." act={set('active')} />
      )}
      <AskButton
        label="Remove"
        danger
        explain="It is told nothing any more, and the list of what it was told is forgotten."
        done="It is removed."
        act={remove}
      />
    </Group>
  );
}

function EditButton({ webhook, onDone }: { readonly webhook: Webhook; readonly onDone: () => void }) {
  const { id, url, events, description } = webhook;
  const [filled, change, clear] = useFilled({ url, events: events.join('\n'), description });
  const save = async () => {
    const body = { url: filled.url.trim(), events: eventFilters(filled.events), description: filled.description.trim() };
    await answered(api.PATCH('/api/v1/webhooks/{id}', { params: { path: { id } }, body }));
    onDone();
  };
  return (
    <FormButton label="Change" submit="Save" done="It is changed." ready={isWebhookFilled(filled)} onOpen={clear} act={save}>
      <WebhookForm filled={filled} onChange={change} />
    </FormButton>
  );
}
