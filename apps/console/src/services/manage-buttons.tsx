import { Group, NativeSelect } from '@mantine/core';
import { useState } from 'react';
import { answered, api, type ServiceDetails } from '../api/index.js';
import { isAddon, useProducts } from '../products/index.js';
import { AskButton, ConfirmButton, Failed, FormButton } from '../shell/index.js';
import type { PressedJob } from './pressed-job.js';

interface ManageButtonsProps {
  readonly service: ServiceDetails;
  readonly onJob: (job: PressedJob) => void;
}

/** What staff do with a service, whatever it is made of. */
export function ManageButtons({ service, onJob }: ManageButtonsProps) {
  const { id, state } = service;
  const operate = (operation: string, title: string) => async () => {
    const { jobId } = await answered(api.POST('/api/v1/services/{id}/operations', { params: { path: { id } }, body: { operation } }));
    onJob({ jobId, title });
  };
  const welcome = () => answered(api.POST('/api/v1/services/{id}/welcome-mail', { params: { path: { id } } }));
  if (state !== 'active' && state !== 'suspended') return null;
  return (
    <Group gap="xs">
      <PackageButton service={service} onJob={onJob} />
      {state === 'active' && (
        <AskButton
          label="Suspend"
          danger
          explain="The service is stopped and stays as it is. Its customer can do nothing with it until it is resumed."
          done="The service will be suspended."
          act={operate('suspend', 'Suspending')}
        />
      )}
      {state === 'suspended' && (
        <AskButton
          label="Resume"
          explain="The service is started again."
          done="The service will be resumed."
          act={operate('unsuspend', 'Resuming')}
        />
      )}
      <AskButton
        label="Send welcome mail"
        explain="The customer is told once more what they need to begin, with a new link when they have never signed in."
        done="The mail is on its way."
        act={welcome}
      />
      <ConfirmButton
        label="Terminate"
        explain="The service is removed at its providers, with everything in it. This cannot be taken back."
        expected={id}
        what="the number of the service"
        done="The service will be removed."
        act={operate('terminate', 'Removing')}
      />
    </Group>
  );
}

function PackageButton({ service: { id, productCode, parentId }, onJob }: ManageButtonsProps) {
  const [product, setProduct] = useState('');
  const asked = useProducts();
  const change = async () => {
    const { jobId } = await answered(api.POST('/api/v1/services/{id}/package', { params: { path: { id } }, body: { product } }));
    onJob({ jobId, title: `Change to ${product}` });
  };
  // An add-on becomes another add-on, and everything else none.
  const sold = (asked.data ?? []).filter((product) => isAddon(product) === (parentId !== null));
  const choices = sold.map(({ code, name }) => ({ value: code, label: code === productCode ? `${name} (as it is)` : name }));
  return (
    <FormButton
      label="Change package"
      explain="The service becomes one of another product. The same product again restores what was sold."
      act={change}
      ready={product !== ''}
      onOpen={() => setProduct('')}
    >
      {asked.isError && <Failed error={asked.error} title="No products" again={() => void asked.refetch()} />}
      <NativeSelect
        label="Product"
        required
        data-autofocus
        data={[{ value: '', label: asked.isPending ? 'Loading …' : 'Choose …' }, ...choices]}
        value={product}
        onChange={(event) => setProduct(event.currentTarget.value)}
      />
    </FormButton>
  );
}
