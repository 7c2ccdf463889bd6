import type { Vars } from './translation';

/** What the console says about withdrawals from contracts. */
export const enWithdrawals = {
  confirmWithdrawal: 'Confirm withdrawal',
  continue: 'Continue',
  declaredAt: 'Received',
  followsCancel: 'is canceled. It has not been sent.',
  followsReturn: 'comes back.',
  ground: 'Ground',
  moneyUntil: (v: Vars) => `The money goes back by ${v.until} at the latest.`,
  moneyWaits:
    'It may wait until the goods have arrived, or a proof that you have sent them has been checked.',
  object: 'Object',
  objected: (v: Vars) => `The seller objects: ${v.ground}.`,
  objectionNote: 'Note for the marketplace',
  objectText: 'The marketplace decides about your objection. Until then everything goes on.',
  objectTitle: (v: Vars) => `Object to the withdrawal: request ${v.number}`,
  print: 'Print',
  receiptAddress: 'Email for the receipt',
  receiptTo: 'Receipt to',
  statementHash: 'SHA-256 of the whole statement:',
  whatFollows: 'What follows',
  withdrawalReceipt: (v: Vars) => `Receipt of withdrawal ${v.number}`,
  withdrawals: (v: Vars) => (v.count === 1 ? 'Withdrawal' : 'Withdrawals'),
  withdrawExempt: (v: Vars) =>
    `The law gives no right of withdrawal here: ${v.why}. You can declare it all the same; the marketplace decides.`,
  withdrawFrom: (v: Vars) => `Withdraw from the contract: order ${v.number}`,
  withdrawHere: 'Withdraw from contract here',
  withdrawIntro: 'Select the order. You need no reason, and nobody has to agree.',
  withdrawLate: (v: Vars) =>
    `The time to withdraw ended on ${v.until}. You can declare it all the same; the marketplace decides.`,
  withdrawNone: 'None of these orders can be withdrawn from.',
  withdrawNotBegun: 'You can withdraw. The deadline does not run yet.',
  withdrawSignIn: 'Sign in to withdraw from a contract. You need no reason.',
  withdrawTitle: 'Withdraw from a contract',
  withdrawUnits: 'What do you withdraw from?',
  withdrawUntil: (v: Vars) => `You can withdraw until ${v.until}.`,
  yourStatement: 'Your statement',
};
