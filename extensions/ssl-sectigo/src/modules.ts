import { certificateModule, certificateProduct } from '@hostwright/sdk-certificates';
import { sectigoAuthority } from './authority.js';
import { certificateServer, order, product, server } from './config.js';
import { testConnection } from './test-connection.js';

/** CollectSSL must not be called while another call of it is under way. */
const limits = { permits: { collect: 1 } };

/** Certificates as customers order them. */
export const provisioning = certificateProduct({
  server,
  product,
  order,
  limits,
  authority: sectigoAuthority,
  testConnection: ({ ctx, server: at }) => testConnection(ctx, at),
});

/** Certificates as other modules ask for them. */
export const certificate = certificateModule({
  server: certificateServer,
  limits,
  authority: (ctx, at) => sectigoAuthority(ctx, at, at),
  testConnection: ({ ctx, server: at }) => testConnection(ctx, at),
});
