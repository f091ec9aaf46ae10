/**
 * A guarded GET of one row with `node:http` and `pg` alone, as a process of its own: checks the bearer token, reads the row by its key,
 * answers it as JSON. Nothing is validated, limited, counted or logged.
 */
import { createSecretKey } from 'node:crypto';
import { createServer } from 'node:http';
import jwt from 'jsonwebtoken';
import pg from 'pg';

const { DATABASE_URL: connectionString, JWT_SECRET: secret = '', PORT: port } = process.env;
/** A key made once: given text, every check would first try to read it as a PEM key. */
const key = createSecretKey(Buffer.from(secret, 'base64'));
const pool = new pg.Pool({ connectionString, max: 20 });

const server = createServer((request, response) => {
  try {
    jwt.verify((request.headers.authorization ?? '').slice('Bearer '.length), key, { algorithms: ['HS256'] });
  } catch {
    response.writeHead(401).end();
    return;
  }
  const id = request.url!.slice(request.url!.lastIndexOf('/') + 1);
  pool.query({ name: 'row', text: 'SELECT * FROM floor_row WHERE id = $1', values: [id] }).then(
    ({ rows }) => {
      const body = JSON.stringify(rows[0]);
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }).end(body);
    },
    () => response.writeHead(500).end(),
  );
});
server.listen(Number(port), '127.0.0.1', () => process.send?.('ready'));
process.on('SIGTERM', () => process.exit(0));
