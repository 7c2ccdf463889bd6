import type { Vars } from './translation';

const s = (n: Vars[string] | undefined) => (n === 1 ? '' : 's');

/** What the console says to customers alone: it comes with their pages (store/texts.ts). */
export const enStore = {
  accept: 'I accept that I read and understand the Return Policy',
  by: 'by',
  cancelUntil: 'Can be canceled until the package is shipped',
  findOrderIntro:
    'You need no account: enter the number of the order and the email address that you ordered with. A link goes to that address.',
  howToSend: 'How to send it back',
  keptTitle: 'What was kept, and why',
  labelCode: (v: Vars) => `QR code of label ${v.number}`,
  labelComing: 'Your label is being made. It appears here by itself.',
  labelPaid: 'The postage is paid. Print the label and stick it on the package.',
  labelToCome: 'The marketplace takes care of your label.',
  linkOnce: 'The link works once. Afterwards this tab shows your order for an hour.',
  linkOnItsWay:
    'If there is such an order, and this is its address, a link is on its way. It works once, for 24 hours.',
  noPurchases: 'You have no orders yet.',
  onceArrived: 'Once your package has arrived',
  openRequest: 'Request open',
  requestsTakenBack: (v: Vars) => `Taken back: ${v.numbers}`,
  returnAnytime: 'Can be returned',
  returnItem: 'Return This Item',
  returnItemOf: (v: Vars) => `Return This Item: ${v.name}`,
  returnNumberToWrite: 'Write on the package',
  returnSelected: 'Return Selected Items',
  selectedItems: (v: Vars) => `${v.count} item${s(v.count)} selected`,
  sendLink: 'Send me a link',
  sentIt: 'I have sent it',
  sentTitle: 'Tell us that it is on its way',
  showMyOrder: 'Show my order',
  slipHint: 'Print the slip and stick it on the package. You pay the postage at a post office.',
  stepLate: 'Later than expected',
  stillToCome: 'Still to come',
  toBeKept: 'What will be kept, and why',
  totals: 'Totals',
  wayExpired: 'It was not sent in time. You keep the item, and nothing is paid back.',
  wayLost: 'The package is lost. Your money waits until the marketplace has decided.',
  wayOf: 'Step by step',
  wayTakenBack: 'You have taken this back.',
  wayTakenBackBy: (v: Vars) => `${v.name} has taken this back.`,
  wayUndecided: 'Nobody decided in time. You can ask again.',
  wayWaived: 'You do not have to send it back, or nobody has to inspect it.',
  willBeKept: (v: Vars) => `Will be kept: ${v.name}`,
  yourRequests: 'Your requests',
};
