import { NativeSelect, Textarea, TextInput } from '@mantine/core';
import { answered, api, type Product } from '../api/index.js';
import { FormButton, useFilled } from '../shell/index.js';
import { codesIn, onFailureLabels, productStateLabels } from './product-words.js';

interface FilledProduct extends Pick<Product, 'name' | 'description' | 'state'> {
  readonly onFailure: keyof typeof onFailureLabels;
  readonly addonOf: string;
}

/** Changes how a product is sold; what it is made of stays. */
export function ChangeProductButton({ product, onDone }: { readonly product: Product; readonly onDone: () => void }) {
  const { id, name, description, state, onFailure, addonOf } = product;
  const [filled, change, clear] = useFilled<FilledProduct>({
    name,
    description,
    state,
    onFailure: onFailure ?? '',
    addonOf: addonOf.join('\n'),
  });
  const save = async () => {
    const codes = codesIn(filled.addonOf);
    const body = {
      name: filled.name.trim(),
      description: filled.description,
      state: filled.state,
      onFailure: filled.onFailure === '' ? null : filled.onFailure,
      // Named, it has the components looked at again, and they may be of an extension that is gone.
      ...(codes.join() === addonOf.join() ? {} : { addonOf: codes }),
    };
    await answered(api.PATCH('/api/v1/products/{id}', { params: { path: { id } }, body }));
    onDone();
  };
  const choices = (labels: Readonly<Record<string, string>>) => Object.entries(labels).map(([value, label]) => ({ value, label }));
  return (
    <FormButton
      label="Change"
      submit="Save"
      explain="It holds for what is sold from now on; services that are there stay as they are."
      done="The product is changed."
      wide
      ready={filled.name.trim() !== ''}
      onOpen={clear}
      act={save}
    >
      {(fault) => {
        const errorOf = (field: string) => (fault?.field?.split('.')[0] === field ? fault.text : undefined);
        return (
          <>
            <TextInput
              label="Name"
              required
              data-autofocus
              maxLength={200}
              error={errorOf('name')}
              value={filled.name}
              onChange={(event) => change({ name: event.currentTarget.value })}
            />
            <Textarea
              label="Description"
              autosize
              minRows={2}
              maxLength={10_000}
              error={errorOf('description')}
              value={filled.description}
              onChange={(event) => change({ description: event.currentTarget.value })}
            />
            <NativeSelect
              label="State"
              error={errorOf('state')}
              data={choices(productStateLabels)}
              value={filled.state}
              onChange={(event) => change({ state: event.currentTarget.value as Product['state'] })}
            />
            <NativeSelect
              label="When it cannot be made"
              error={errorOf('onFailure')}
              data={choices(onFailureLabels)}
              value={filled.onFailure}
              onChange={(event) => change({ onFailure: event.currentTarget.value as keyof typeof onFailureLabels })}
            />
            <Textarea
              label="Added to"
              description="Codes of the products to whose services it can be added, one on each line. Empty: it is sold by itself"
              autosize
              spellCheck={false}
              error={errorOf('addonOf') ?? errorOf('components')}
              value={filled.addonOf}
              onChange={(event) => change({ addonOf: event.currentTarget.value })}
            />
          </>
        );
      }}
    </FormButton>
  );
}
