import { Loader, NativeSelect, Text, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { answered, api, textAt, type FoundAccount } from '../api/index.js';
import { useProductOrder, useProducts } from '../products/index.js';
import { Failed, FormButton, SchemaFields, useFilled, valuesIn, type AskedField, type Filled } from '../shell/index.js';

interface AdoptButtonProps {
  readonly account: FoundAccount;
  readonly serverId: string;
  /** Of the server; undefined until it is known. */
  readonly extension: string | undefined;
  readonly onDone: () => void;
}

interface Adoption {
  readonly product: string;
  readonly email: string;
  readonly name: string;
  readonly order: Filled;
}

const nothing: Adoption = { product: '', email: '', name: '', order: {} };

/** Makes a service of an account that is nobody's. */
export function AdoptButton({ account, serverId, extension, onDone }: AdoptButtonProps) {
  const navigate = useNavigate();
  const [filled, change, clear] = useFilled(nothing);
  const products = useProducts();
  const fitting = (products.data ?? []).filter(({ components }) => components.length === 1 && components[0]?.extension === extension);
  const asked = useProductOrder(fitting.find(({ code }) => code === filled.product)?.id);
  const fields = (asked.data ?? []).map(optional);
  const adopt = async () => {
    const { product, email, name, order } = filled;
    const customer = { email: email.trim(), ...(name.trim() !== '' && { name: name.trim() }) };
    const path = { id: serverId, remoteId: account.remoteId };
    // What nobody touched the provider knows, or the product has a default for.
    const given = fields.filter((field) => Object.hasOwn(order, field.name));
    const body = { product, customer, order: valuesIn(given, order) };
    const { serviceId } = await answered(api.POST('/api/v1/servers/{id}/accounts/{remoteId}/adopt', { params: { path }, body }));
    onDone();
    await navigate({ to: `/app/services/${serviceId}` });
  };
  return (
    <FormButton
      size="xs"
      label="Adopt"
      explain={
        <>
          <b>{account.name}</b> becomes a service of the panel, as it is; nothing at the provider changes.
          {account.package !== null && <> It is of the package “{account.package}” there.</>}
        </>
      }
      done={`${account.name} is a service now.`}
      wide
      ready={filled.product !== '' && filled.email.trim() !== '' && asked.data !== undefined}
      onOpen={clear}
      act={adopt}
    >
      {(fault) => (
        <>
          {products.isError && <Failed error={products.error} title="No products" again={() => void products.refetch()} />}
          {products.data && fitting.length === 0 && (
            <Text size="sm" c="orange">
              No product for sale is made of “{extension}” alone. Put one together first, with settings as this account has them.
            </Text>
          )}
          <NativeSelect
            label="Product"
            description="What it is from now on: the panel restores what is sold with it when the package is changed"
            required
            data-autofocus
            error={textAt(fault, 'product')}
            data={[
              { value: '', label: products.isPending ? 'Loading …' : 'Choose …' },
              ...fitting.map(({ code, name }) => ({ value: code, label: `${name} (${code})` })),
            ]}
            value={filled.product}
            onChange={(event) => change({ product: event.currentTarget.value, order: {} })}
          />
          <TextInput
            label="Customer’s e-mail address"
            description="Whoever has it, or a new customer"
            type="email"
            required
            error={textAt(fault, 'customer.email')}
            value={filled.email}
            onChange={(event) => change({ email: event.currentTarget.value })}
          />
          <TextInput
            label="Customer’s name"
            description="For a customer who is new"
            maxLength={200}
            error={textAt(fault, 'customer.name')}
            value={filled.name}
            onChange={(event) => change({ name: event.currentTarget.value })}
          />
          {asked.isLoading && <Loader size="sm" aria-label="Loading what the product asks for" />}
          {asked.isError && (
            <Failed error={asked.error} title="It cannot be adopted into this product" again={() => void asked.refetch()} />
          )}
          {fields.length > 0 && (
            <>
              <Text size="sm" c="dimmed">
                What an order would have asked for. Leave empty what the provider knows; the panel says what is lacking.
              </Text>
              <SchemaFields
                fields={fields}
                filled={filled.order}
                onChange={(part) => change({ order: { ...filled.order, ...part } })}
                within="order"
                fault={fault}
              />
            </>
          )}
        </>
      )}
    </FormButton>
  );
}

/** The provider knows most of it. */
const optional = (field: AskedField): AskedField => ({ ...field, required: false });
