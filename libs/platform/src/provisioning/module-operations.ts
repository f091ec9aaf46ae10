import type { Action, Operation, OperationShape } from '@hostwright/sdk';

/** An operation of a module by the name that its jobs have: a verb, or an action of the module's own. */
export function operationOf(module: object, name: string): Operation<OperationShape> | undefined {
  const verb = Object.hasOwn(module, name) ? (module as Readonly<Record<string, unknown>>)[name] : undefined;
  const found = (verb ?? actionOf(module, name)) as Operation<OperationShape> | undefined;
  return found && typeof found.run === 'function' && Array.isArray(found.steps) ? found : undefined;
}

/** A button of the module's own. */
export function actionOf(module: object, name: string): Action | undefined {
  const { actions } = module as { readonly actions?: Readonly<Record<string, Action>> };
  return actions && Object.hasOwn(actions, name) ? actions[name] : undefined;
}
