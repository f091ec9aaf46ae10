import { certificateModule } from '@hostwright/sdk-certificates';
import { acmeAuthority, testConnection } from './authority.js';
import { server } from './config.js';

export const certificate = certificateModule({
  server,
  authority: acmeAuthority,
  testConnection: ({ ctx, server: at }) => testConnection(ctx, at),
});
