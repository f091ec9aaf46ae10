import { certificateProduct, certificateProductFields } from '@hostwright/sdk-certificates';
import { acmeAuthority, testConnection } from './authority.js';
import { server } from './config.js';

export const provisioning = certificateProduct({
  server,
  product: certificateProductFields,
  free: true,
  authority: (ctx, at, { keyType }) => acmeAuthority(ctx, { ...at, keyType }),
  testConnection: ({ ctx, server: at }) => testConnection(ctx, at),
});
