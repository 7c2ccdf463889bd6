import type { Vars } from './translation';

/** What the console says on the homes: it comes with them (home/texts.ts). */
export const enHome = {
  allMyOrders: 'All my orders',
  canBeCanceled: 'Can still be canceled',
  isOverdue: 'Overdue',
  lastDays: (v: Vars) => `Last ${v.days} days`,
  medianAndMost: (v: Vars) => `${v.median}, 95% within ${v.most}`,
  moneyWaiting: 'Money that waits',
  nothingReturnable: 'Nothing of your latest orders can be canceled or returned.',
  nothingWaits: 'Nothing waits.',
  openedFigures: (v: Vars) =>
    `opened · ${v.completed} completed · ${v.broken} deadline${v.broken === '1' ? '' : 's'} passed`,
  overdueCount: (v: Vars) => `Overdue requests: ${v.count}`,
  paidBack: 'Paid back',
  returnedOfOrdered: (v: Vars) => `Units: ${v.returned} returned · ${v.ordered} ordered`,
  returnRate: 'Return rate',
  stillReturnable: 'What you can still cancel or return',
  timesTaken: 'Time taken, median',
  timeToAnswer: 'To the answer',
  timeToReceive: 'To the goods’ arrival',
  timeToRefund: 'To the refund',
};
