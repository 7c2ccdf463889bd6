import type { Vars } from './translation';

const s = (n: Vars[string] | undefined) => (n === 1 ? '' : 's');

/** What the console says about terms. */
export const enTerms = {
  asPolicy: 'As the return policy says',
  atDeadline: 'If the seller does not decide in time',
  cancellationAtDeadline: 'If a cancellation is not decided on in time',
  cancellationDecision: 'Decision on a cancellation',
  cancellationTermsTitle: 'Terms of this cancellation',
  cannotBeReturned: 'Cannot be returned',
  condition_bases: 'Based on',
  condition_categories: 'Categories',
  condition_countries: 'Countries',
  condition_markets: 'Markets',
  condition_price: 'Price of a unit',
  condition_sellers: 'Sellers',
  condition_tags: 'Tags',
  currency: 'Currency',
  days: (v: Vars) => `${v.count} day${s(v.count)}`,
  deadlines: 'Deadlines',
  deadlinesSaid: (v: Vars) =>
    `Expires ${v.grace} days later, counts as lost after ${v.transit} days, as new after ${v.inspect} days`,
  decisionBy: 'Decision by',
  decisionWithin: 'Decision',
  fees: 'Fees',
  feesNone: 'None',
  postage: 'Postage of the way back',
  postageFree: 'Free label, if a carrier is set up',
  postagePaid: 'Paid by the customer',
  returnTermsTitle: 'Terms of this return',
  rule: 'Rule',
  ruleOf: (v: Vars) => `Version ${v.version}, rule “${v.rule}”`,
  ruleOfDraft: (v: Vars) => `Draft, rule “${v.rule}”`,
  rules: 'Rules',
  shipByIfNow: 'if it is confirmed now, send by',
  version: 'Version',
  wayBack: 'Way back',
  workingDays: 'Only working days count',
};
