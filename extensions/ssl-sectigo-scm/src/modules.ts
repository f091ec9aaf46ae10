import { certificateModule, certificateProduct } from '@hostwright/sdk-certificates';
import { certificateManager } from './authority.js';
import { certificateServer, product, server } from './config.js';
import { testConnection } from './test-connection.js';

/** Certificates as customers order them. */
export const provisioning = certificateProduct({
  server,
  product,
  authority: certificateManager,
  endsWithCertificate: true,
  testConnection: ({ ctx, server: at }) => testConnection(ctx, at),
});

/** Certificates as other modules ask for them. */
export const certificate = certificateModule({
  server: certificateServer,
  authority: (ctx, at) => certificateManager(ctx, at, at),
  testConnection: ({ ctx, server: at }) => testConnection(ctx, at),
});
