import type { OwnerWithdrawalsQueryVariables } from '../gql/graphql';

type View = Pick<OwnerWithdrawalsQueryVariables, 'filter' | 'orderBy'>;

/** What the owner looks through: what is owed, the next deadline first; what is late; what is to verify; everything. */
export const VIEWS: Record<'due' | 'overdue' | 'unverified' | 'all', View> = {
  due: { filter: { status: ['DECLARED'] }, orderBy: 'REFUND_DUE_AT_ASC' },
  overdue: { filter: { status: ['DECLARED'], overdue: true }, orderBy: 'REFUND_DUE_AT_ASC' },
  unverified: { filter: { status: ['UNVERIFIED'] }, orderBy: 'DECLARED_AT_ASC' },
  all: { orderBy: 'DECLARED_AT_DESC' },
};
