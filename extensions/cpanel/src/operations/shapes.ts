import type { ChangeShape, CreateShape, InstallShape, LaterShape, NamesShape, PasswordShape, UninstallShape } from '@hostwright/sdk';
import type { order, product, properties, server } from '../config.js';

export type Create = CreateShape<typeof server, typeof product, typeof order, typeof properties>;
export type Later = LaterShape<typeof server, typeof product, typeof order, typeof properties>;
export type Change = ChangeShape<typeof server, typeof product, typeof order, typeof properties>;
export type NewPassword = PasswordShape<typeof server, typeof product, typeof order, typeof properties>;
export type Install = InstallShape<typeof server, typeof product, typeof order, typeof properties>;
export type CheckNames = NamesShape<typeof server, typeof product, typeof order, typeof properties>;
export type Uninstall = UninstallShape<typeof server, typeof product, typeof order, typeof properties>;
