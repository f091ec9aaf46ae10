/** The parts of a service's room, as its address names them. */
export const serviceTabs = { overview: 'Overview', domains: 'Domains', usage: 'Usage', activity: 'Activity' } as const;
export type ServiceTab = keyof typeof serviceTabs;

export function isServiceTab(value: unknown): value is ServiceTab {
  return typeof value === 'string' && Object.hasOwn(serviceTabs, value);
}
