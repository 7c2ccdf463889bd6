import type { Action, PackageFieldsFragment, PackageStatus } from '../gql/graphql';

/** What can be done with a package that needs a dialog. */
export type Task = { name: 'ship' | 'split' | 'cancel' } | { name: 'end'; status: PackageStatus };

/** The statuses that end the way of a package. Many things follow from them, so they are asked about. */
export const ENDS: ReadonlySet<PackageStatus> = new Set(['DELIVERED', 'DELIVERY_FAILED']);

/** Whether something can be done with a package now. */
export const mayDo = (pkg: PackageFieldsFragment, action: Action) =>
  pkg.allowedActions.some((allowed) => allowed.action === action && allowed.enabled);

/** What the seller can set a package to, by its status. */
export type NextStatuses = Partial<Record<PackageStatus, PackageStatus[]>>;
