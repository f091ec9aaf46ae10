/** The mark of a service of ours at a provider, as `ctx.owner` has it. */
export function ownerMark(installationId: string, serviceId: string): string {
  return `hw-${installationId}-${serviceId}`;
}

/** The mark of what services of one customer share at a provider, as `ctx.customer()` has it. It is no service's mark. */
export function customerMark(installationId: string, customerId: string): string {
  return `hw-${installationId}-c${customerId}`;
}

const mark = /^hw-([a-z0-9]{4,12})-([1-9]\d{0,17})$/;

/** The service a mark names, when it is exactly one of this installation's. */
export function serviceOfMark(installationId: string, owner: string | undefined): string | undefined {
  const [, installation, serviceId] = mark.exec(owner ?? '') ?? [];
  return installation === installationId ? serviceId : undefined;
}

/** Whether it is the mark of any installation. */
export function isMark(owner: string | undefined): boolean {
  return mark.test(owner ?? '');
}
