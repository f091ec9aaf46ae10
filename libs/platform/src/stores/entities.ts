import { EntitySchema, type EntitySchemaColumnOptions } from 'typeorm';
import type { Account, ApiKey, Customer, Product, ProductComponent, Server, ServerGroup } from '@hostwright/core';

const id: EntitySchemaColumnOptions = { type: 'bigint', primary: true, generated: 'increment' };
const createdAt: EntitySchemaColumnOptions = { name: 'created_at', type: 'timestamptz', createDate: true };
const updatedAt: EntitySchemaColumnOptions = { name: 'updated_at', type: 'timestamptz', updateDate: true };
const moment = (name: string): EntitySchemaColumnOptions => ({ name, type: 'timestamptz', nullable: true });
const text: EntitySchemaColumnOptions = { type: 'text' };

export const customerEntity = new EntitySchema<Customer>({
  name: 'customer',
  columns: { id, email: text, name: text, createdAt },
});

export const accountEntity = new EntitySchema<Account>({
  name: 'account',
  columns: {
    id,
    email: text,
    passwordHash: { name: 'password_hash', type: 'text' },
    role: text,
    customerId: { name: 'customer_id', type: 'bigint', nullable: true },
    createdAt,
    lastLoginAt: moment('last_login_at'),
    disabledAt: moment('disabled_at'),
    tokensValidFrom: moment('tokens_valid_from'),
  },
});

export const apiKeyEntity = new EntitySchema<ApiKey>({
  name: 'api_key',
  columns: {
    id,
    name: text,
    prefix: text,
    keyHash: { name: 'key_hash', type: 'text' },
    scopes: { type: 'text', array: true },
    createdBy: { name: 'created_by', type: 'text' },
    createdAt,
    lastUsedAt: moment('last_used_at'),
    expiresAt: moment('expires_at'),
    revokedAt: moment('revoked_at'),
  },
});

export const serverGroupEntity = new EntitySchema<ServerGroup>({
  name: 'server_group',
  columns: { id, name: text, fill: text, createdAt },
});

export const serverEntity = new EntitySchema<Server>({
  name: 'server',
  columns: {
    id,
    name: text,
    extension: text,
    kind: text,
    serverGroupId: { name: 'server_group_id', type: 'bigint', nullable: true },
    settings: { type: 'jsonb' },
    state: text,
    capacity: { type: 'integer', nullable: true },
    createdAt,
    updatedAt,
  },
});

/** A component as its table has it. */
export interface ProductComponentRow extends ProductComponent {
  readonly id: string;
  readonly productId: string;
  readonly position: number;
}

/** A product without its components, which are rows of their own. */
export type ProductRow = Omit<Product, 'components'>;

export const productEntity = new EntitySchema<ProductRow>({
  name: 'product',
  columns: {
    id,
    code: text,
    name: text,
    description: text,
    state: text,
    onFailure: { name: 'on_failure', type: 'text', nullable: true },
    addonOf: { name: 'addon_of', type: 'text', array: true },
    createdAt,
    updatedAt,
  },
});

export const productComponentEntity = new EntitySchema<ProductComponentRow>({
  name: 'product_component',
  columns: {
    id,
    productId: { name: 'product_id', type: 'bigint' },
    position: { type: 'smallint' },
    name: text,
    extension: text,
    serverGroupId: { name: 'server_group_id', type: 'bigint' },
    settings: { type: 'jsonb' },
    connections: { type: 'jsonb' },
    inputs: { type: 'jsonb' },
    site: { type: 'jsonb', nullable: true },
    handOver: { name: 'hand_over', type: 'text' },
  },
});

/** Every table that is kept through TypeORM. */
export const entities = [
  customerEntity,
  accountEntity,
  apiKeyEntity,
  serverGroupEntity,
  serverEntity,
  productEntity,
  productComponentEntity,
];
