import { answered, api, type Product } from '../api/index.js';
import { FormButton, useFilled } from '../shell/index.js';
import { ProductFields, sentProduct, type FilledProduct } from './product-fields.js';

/** Changes how a product is sold; what it is made of stays. */
export function ChangeProductButton({ product, onDone }: { readonly product: Product; readonly onDone: () => void }) {
  const { id, name, description, state, onFailure, addonOf } = product;
  const start: FilledProduct = { name, description, state, onFailure: onFailure ?? '', addonOf: addonOf.join('\n') };
  const [filled, change, clear] = useFilled(start);
  const save = async () => {
    const { addonOf: codes, ...body } = sentProduct(filled);
    // Named, it has the components looked at again, and they may be of an extension that is gone.
    const named = codes.join() === addonOf.join() ? {} : { addonOf: codes };
    await answered(api.PATCH('/api/v1/products/{id}', { params: { path: { id } }, body: { ...body, ...named } }));
    onDone();
  };
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
      {(fault) => <ProductFields filled={filled} onChange={change} fault={fault} />}
    </FormButton>
  );
}
