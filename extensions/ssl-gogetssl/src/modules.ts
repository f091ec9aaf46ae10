import { certificateModule, certificateProduct } from '@hostwright/sdk-certificates';
import { goGetSslAuthority } from './authority.js';
import { certificateServer, order, product, server } from './config.js';
import { testConnection } from './test-connection.js';

/** Certificates as customers order them. */
export const provisioning = certificateProduct({
  server,
  product,
  order,
  revocationEnds: 'GoGetSSL revokes a certificate with its order only: the order ends too, and what was paid for it may be lost.',
  authority: goGetSslAuthority,
  testConnection: ({ ctx, server: at }) => testConnection(ctx, at),
});

/** Certificates as other modules ask for them. */
export const certificate = certificateModule({
  server: certificateServer,
  authority: (ctx, at) => goGetSslAuthority(ctx, at, at),
  testConnection: ({ ctx, server: at }) => testConnection(ctx, at),
});
