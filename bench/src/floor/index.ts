export { PgFloor } from './pg-floor.js';
