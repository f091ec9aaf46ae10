import { Autocomplete, Fieldset, Group, NativeSelect, Stack, Text } from '@mantine/core';
import { textAt, type Fault } from '../api/index.js';
import { SchemaField, type AskedField } from '../shell/index.js';
import { alwaysSaid, startOf, type FilledValue, type FilledValues } from './order-values.js';

interface OrderValuesFormProps {
  readonly fields: readonly AskedField[];
  readonly filled: FilledValues;
  readonly onChange: (filled: FilledValues) => void;
  readonly fault: Fault | undefined;
}

/** Where each value of an order comes from. */
export function OrderValuesForm({ fields, filled, onChange, fault }: OrderValuesFormProps) {
  return (
    <Fieldset legend="What each order is made with">
      {fields.length === 0 && <Text size="sm">The product asks for nothing.</Text>}
      <Stack>
        {fields.map((field) => (
          <OrderValue
            key={field.name}
            field={field}
            value={filled[field.name] ?? startOf(field)}
            error={textAt(fault, `orderValues.${field.name}`)}
            onChange={(value) => onChange({ ...filled, [field.name]: value })}
          />
        ))}
      </Stack>
    </Fieldset>
  );
}

interface OrderValueProps {
  readonly field: AskedField;
  readonly value: FilledValue;
  readonly error: string | undefined;
  readonly onChange: (value: FilledValue) => void;
}

function OrderValue({ field, value, error, onChange }: OrderValueProps) {
  const ways = [
    ...(field.required ? [] : [{ value: 'left', label: 'Left out' }]),
    { value: 'value', label: 'The same for everybody' },
    { value: 'from', label: 'From the provider' },
  ];
  return (
    <Group align="flex-end" gap="xs" wrap="nowrap">
      <NativeSelect
        label={value.how === 'left' ? field.label : undefined}
        aria-label={`Where ${field.label} comes from`}
        flex="none"
        w="14rem"
        data={ways}
        value={value.how}
        onChange={(event) => onChange({ ...value, how: event.currentTarget.value as FilledValue['how'] })}
      />
      <div style={{ flex: 1 }}>
        {value.how === 'value' && (
          <SchemaField field={field} value={value.value} error={error} onChange={(typed) => onChange({ ...value, value: typed })} />
        )}
        {value.how === 'from' && (
          <Autocomplete
            label={field.label}
            error={error}
            required={field.required}
            placeholder="email"
            maxLength={200}
            data={[...alwaysSaid]}
            value={value.from}
            onChange={(from) => onChange({ ...value, from })}
          />
        )}
      </div>
    </Group>
  );
}
