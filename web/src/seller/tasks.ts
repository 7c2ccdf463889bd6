import type { PackageStatus } from '../gql/graphql';

/** What can be done with a package that needs a dialog. */
export type Task = { name: 'ship' | 'split' | 'cancel' } | { name: 'end'; status: PackageStatus };

/** The statuses that end the way of a package. Many things follow from them, so they are asked about. */
export const ENDS: ReadonlySet<PackageStatus> = new Set(['DELIVERED', 'DELIVERY_FAILED']);
