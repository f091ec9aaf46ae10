import { Stack, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { answered, api, textAt } from '../api/index.js';
import { ActForm, Answer, Page, Section, useFilled } from '../shell/index.js';
import { emptyComponent, sentComponents, type FilledComponent } from './component-values.js';
import { ComponentsForm } from './components-form.js';
import { ProductFields, sentProduct, type FilledProduct } from './product-fields.js';
import { codesIn } from './product-words.js';
import { useParts, type Parts } from './use-parts.js';

/** Puts a product together. */
export function NewProductRoom() {
  const asked = useParts();
  return (
    <Page title="New product">
      <Answer asked={asked} what="what products are made of">
        {(parts) => <NewProductForm parts={parts} />}
      </Answer>
    </Page>
  );
}

interface Filled extends FilledProduct {
  readonly code: string;
  readonly components: readonly FilledComponent[];
}

const nothing: Filled = {
  code: '',
  name: '',
  description: '',
  state: 'active',
  onFailure: '',
  addonOf: '',
  components: [emptyComponent([])],
};

function NewProductForm({ parts }: { readonly parts: Parts }) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [filled, change] = useFilled(nothing);
  const { code, components } = filled;
  const adding = useMutation({
    mutationFn: () => {
      const body = { ...sentProduct(filled), code: code.trim(), components: sentComponents(components, parts.modules) };
      return answered(api.POST('/api/v1/products', { body }));
    },
    onSuccess: ({ id, name }) => {
      void queries.invalidateQueries({ queryKey: ['products'] });
      void queries.invalidateQueries({ queryKey: ['product-parts'] });
      notifications.show({ message: `${name} is there.`, color: 'green' });
      return navigate({ to: `/app/products/${id}` });
    },
  });
  return (
    <ActForm acting={adding} submit="Create" onCancel={() => void navigate({ to: '/app/products' })}>
      {(fault) => (
        <Stack gap="lg">
          <Section title="How it is sold">
            <TextInput
              label="Code"
              description="How orders name it; it never changes. Lower-case letters, digits, - and _"
              required
              maxLength={63}
              spellCheck={false}
              error={textAt(fault, 'code')}
              value={code}
              onChange={(event) => change({ code: event.currentTarget.value })}
            />
            <ProductFields filled={filled} onChange={change} fault={fault} hasComponents />
          </Section>
          <Section title="Components">
            <ComponentsForm
              components={components}
              parts={parts}
              addonOf={codesIn(filled.addonOf)}
              fault={fault}
              onChange={(changed) => change({ components: changed })}
            />
          </Section>
        </Stack>
      )}
    </ActForm>
  );
}
