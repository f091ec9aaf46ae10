import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { answered, api, type Product } from '../api/index.js';
import { ActForm, Answer, Page } from '../shell/index.js';
import { filledComponents, sentComponents } from './component-values.js';
import { ComponentsForm } from './components-form.js';
import { useParts, type Parts } from './use-parts.js';
import { useProduct } from './use-products.js';

/** Changes what a product is made of. */
export function ProductComponentsRoom() {
  const { productId } = useParams({ from: '/app/products/$productId/components' });
  const product = useProduct(productId);
  const asked = useParts();
  return (
    <Page title={product.data ? `Components of ${product.data.name}` : `Components of product #${productId}`}>
      <Answer asked={product} what="product">
        {(of) => (
          <Answer asked={asked} what="what products are made of">
            {(parts) => <ChangeForm product={of} parts={parts} />}
          </Answer>
        )}
      </Answer>
    </Page>
  );
}

function ChangeForm({ product: { id, name, components, addonOf }, parts }: { readonly product: Product; readonly parts: Parts }) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [filled, setFilled] = useState(() => filledComponents(components, parts.modules));
  const back = () => navigate({ to: `/app/products/${id}` });
  const saving = useMutation({
    mutationFn: () => {
      const body = { components: sentComponents(filled, parts.modules) };
      return answered(api.PATCH('/api/v1/products/{id}', { params: { path: { id } }, body }));
    },
    onSuccess: () => {
      for (const what of ['product', 'products', 'product-order', 'product-parts']) void queries.invalidateQueries({ queryKey: [what] });
      notifications.show({ message: `The components of ${name} are changed.`, color: 'green' });
      return back();
    },
  });
  return (
    <ActForm
      acting={saving}
      submit="Save"
      explain="It holds for what is sold from now on; services that are there stay as they are."
      onCancel={() => void back()}
    >
      {(fault) => (
        <ComponentsForm components={filled} parts={parts} addonOf={addonOf} fault={fault} onChange={(changed) => setFilled([...changed])} />
      )}
    </ActForm>
  );
}
