import { PanelError } from '@hostwright/sdk';

/** Name of a constraint or unique index → what its violation means to the caller. */
export type ConstraintMeanings = Readonly<Record<string, () => PanelError>>;

/** Does a write; a violated constraint that has a meaning is thrown as that. */
export async function meaning<T>(write: Promise<T>, meanings: ConstraintMeanings): Promise<T> {
  try {
    return await write;
  } catch (error) {
    const constraint = constraintOf(error);
    throw (constraint !== undefined && meanings[constraint]?.()) || error;
  }
}

/** The constraint an error of the driver, or of TypeORM around it, is about. */
function constraintOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { constraint, driverError } = error as { constraint?: unknown; driverError?: unknown };
  return typeof constraint === 'string' ? constraint : driverError === undefined ? undefined : constraintOf(driverError);
}

export function notFound(what: string, id: string): PanelError {
  return new PanelError('not_found', `there is no ${what} ${id}`);
}
