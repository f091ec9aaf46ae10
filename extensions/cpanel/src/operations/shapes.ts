import type { ChangeShape, CreateShape, LaterShape, PasswordShape } from '@hostwright/sdk';
import type { order, product, properties, server } from '../config.js';

export type Create = CreateShape<typeof server, typeof product, typeof order, typeof properties>;
export type Later = LaterShape<typeof server, typeof product, typeof order, typeof properties>;
export type Change = ChangeShape<typeof server, typeof product, typeof order, typeof properties>;
export type NewPassword = PasswordShape<typeof server, typeof product, typeof order, typeof properties>;
