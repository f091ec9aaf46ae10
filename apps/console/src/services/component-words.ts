import type { ServiceComponent } from '../api/index.js';

export const componentStateLabels: Readonly<Record<ServiceComponent['state'], string>> = {
  awaited: 'Not there yet',
  made: 'In place',
  gone: 'Removed',
};
