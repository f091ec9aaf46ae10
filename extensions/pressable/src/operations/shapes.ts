import type { ChangeShape, CreateShape, DomainShape, LaterShape, TerminateShape } from '@hostwright/sdk';
import type { order, product, properties, server } from '../config.js';

export type Create = CreateShape<typeof server, typeof product, typeof order, typeof properties>;
export type Later = LaterShape<typeof server, typeof product, typeof order, typeof properties>;
export type Terminate = TerminateShape<typeof server, typeof product, typeof order, typeof properties>;
export type Change = ChangeShape<typeof server, typeof product, typeof order, typeof properties>;
export type WithDomain = DomainShape<typeof server, typeof product, typeof order, typeof properties>;
