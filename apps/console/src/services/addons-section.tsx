import { Anchor, Card, Group, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useRef } from 'react';
import { answered, api, type Addon, type ServiceDetails } from '../api/index.js';
import {
  askedFields,
  Failed,
  FormButton,
  initialValues,
  isFilledIn,
  Rows,
  SchemaFields,
  Section,
  StateBadge,
  useFilled,
  valuesIn,
} from '../shell/index.js';

interface AddonsSectionProps {
  readonly service: ServiceDetails;
  readonly isStaff: boolean;
  readonly onDone: () => void;
}

/** What was added to a service, and what can be. Nothing where there is neither. */
export function AddonsSection({ service, isStaff, onDone }: AddonsSectionProps) {
  const { id, state, children } = service;
  const asked = useQuery({
    queryKey: ['addons', id, state],
    queryFn: async ({ signal }) => (await answered(api.GET('/api/v1/services/{id}/addons', { params: { path: { id } }, signal }))).items,
    staleTime: 60_000,
  });
  const addons = asked.data ?? [];
  if (children.length === 0 && addons.length === 0 && !asked.isError) return null;
  return (
    <Section title="Add-ons">
      {asked.isError && <Failed error={asked.error} title="What can be added is not known" again={() => void asked.refetch()} />}
      {children.length > 0 && (
        <Rows
          what="add-ons"
          columns={['Add-on', 'State']}
          items={children}
          keyOf={(child) => child.id}
          row={(child) => [
            <Anchor inherit component={Link} to={`/app/services/${child.id}`} key="service">
              {child.productCode} #{child.id}
            </Anchor>,
            <StateBadge state={child.state} key="state" />,
          ]}
        />
      )}
      {addons.map((addon) => (
        <Card withBorder key={addon.code} component="article" aria-label={addon.name}>
          <Group justify="space-between" align="flex-start">
            <Stack gap={4} flex={1} miw={240}>
              <Title order={3} size="h5">
                {addon.name}
              </Title>
              {addon.description !== '' && (
                <Text size="sm" style={{ whiteSpace: 'pre-line' }}>
                  {addon.description}
                </Text>
              )}
            </Stack>
            <OrderButton addon={addon} serviceId={id} isStaff={isStaff} onDone={onDone} />
          </Group>
        </Card>
      ))}
    </Section>
  );
}

interface OrderButtonProps {
  readonly addon: Addon;
  readonly serviceId: string;
  readonly isStaff: boolean;
  readonly onDone: () => void;
}

/** Orders an add-on, once however often it is sent. */
function OrderButton({ addon: { code, name, order }, serviceId, isStaff, onDone }: OrderButtonProps) {
  const navigate = useNavigate();
  const fields = askedFields(order);
  const [filled, change, clear] = useFilled(initialValues(fields));
  // An order whose answer was lost is known again by it.
  const key = useRef('');
  const open = () => {
    key.current = crypto.randomUUID();
    clear();
  };
  const place = async () => {
    const body = {
      product: code,
      order: valuesIn(fields, filled),
      ...(isStaff ? { external: { source: 'console', id: key.current } } : { requestId: key.current }),
    };
    const placed = await answered(api.POST('/api/v1/services/{id}/addons', { params: { path: { id: serviceId } }, body }));
    onDone();
    await navigate({ to: `/app/services/${placed.serviceId}` });
  };
  return (
    <FormButton
      label={`Order ${name}`}
      submit="Order"
      explain="It becomes a service of its own, which ends with this one."
      done={`${name} is ordered.`}
      ready={isFilledIn(fields, filled)}
      onOpen={open}
      act={place}
    >
      {fields.length > 0 && ((fault) => <SchemaFields fields={fields} filled={filled} onChange={change} within="order" fault={fault} />)}
    </FormButton>
  );
}
