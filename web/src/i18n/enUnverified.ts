import type { Vars } from './translation';

/** What is said about withdrawals that are declared without an account; loaded with the pages that say it. */
export const enUnverified = {
  customerSaysNo: 'It was not me',
  declaredWithoutAccount: 'Your withdrawal has arrived',
  noteHowKnown: 'How do you know?',
  receiptOnItsWay:
    'A receipt is on its way to your address and, if there is such an order, a link to the address that it was placed with. The withdrawal counts from the moment above, as soon as you have followed the link and confirmed it.',
  rejectWithdrawalText: 'Nothing follows from the declaration. The note stays in the history of the order.',
  rejectWithdrawalTitle: (v: Vars) => `Reject withdrawal ${v.number}`,
  verify: 'Verify',
  verifyWithdrawalText: (v: Vars) =>
    `It was declared on ${v.at}. If you verify it, it counts from that moment: what has not been sent is canceled, what was sent comes back. The customer of this order is ${v.customer}.`,
  verifyWithdrawalTitle: (v: Vars) => `Verify withdrawal ${v.number}`,
  withdrawAllOf: (v: Vars) =>
    `I withdraw from my contracts for the purchase of all goods of order ${v.number}.`,
  withoutAccount: 'Without an account',
  wasItYou: 'Is this your withdrawal?',
  wasItYouText: (v: Vars) =>
    `Somebody declared without an account on ${v.at} to withdraw from the contracts of this order. If it was you, confirm it: it counts from that moment. Until then nothing changes.`,
  withdrawalConfirmed: 'The withdrawal is confirmed.',
  withdrawalRejected: 'The declaration is rejected. Nothing follows from it.',
  yourName: 'Your name',
};
