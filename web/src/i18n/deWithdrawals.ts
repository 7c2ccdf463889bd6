import type { enWithdrawals } from './enWithdrawals';
import type { Text } from './translation';

export const deWithdrawals: Record<keyof typeof enWithdrawals, Text> = {
  confirmWithdrawal: 'Widerruf bestätigen',
  continue: 'Weiter',
  declaredAt: 'Eingegangen',
  followsCancel: 'wird storniert. Es wurde noch nicht verschickt.',
  followsReturn: 'geht zurück.',
  ground: 'Grund',
  moneyUntil: (v) => `Das Geld wird spätestens am ${v.until} erstattet.`,
  moneyWaits:
    'Die Erstattung kann warten, bis die Ware da ist oder geprüft ist, dass Sie sie abgeschickt haben.',
  object: 'Einwand erheben',
  objected: (v) => `Der Händler wendet ein: ${v.ground}.`,
  objectionNote: 'Notiz für den Marktplatz',
  objectText: 'Über Ihren Einwand entscheidet der Marktplatz. Bis dahin läuft alles weiter.',
  objectTitle: (v) => `Einwand gegen den Widerruf: Anfrage ${v.number}`,
  print: 'Drucken',
  receiptAddress: 'E-Mail für die Bestätigung',
  receiptTo: 'Bestätigung an',
  statementHash: 'SHA-256 der ganzen Erklärung:',
  whatFollows: 'Was folgt',
  withdrawalReceipt: (v) => `Eingangsbestätigung des Widerrufs ${v.number}`,
  withdrawals: (v) => (v.count === 1 ? 'Widerruf' : 'Widerrufe'),
  withdrawExempt: (v) =>
    `Das Gesetz gibt hier kein Widerrufsrecht: ${v.why}. Sie können trotzdem widerrufen; der Marktplatz entscheidet.`,
  withdrawFrom: (v) => `Vertrag widerrufen: Bestellung ${v.number}`,
  withdrawHere: 'Vertrag hier widerrufen',
  withdrawIntro: 'Wählen Sie die Bestellung. Sie brauchen keinen Grund, und niemand muss zustimmen.',
  withdrawLate: (v) =>
    `Die Widerrufsfrist endete am ${v.until}. Sie können trotzdem widerrufen; der Marktplatz entscheidet.`,
  withdrawNone: 'Keine dieser Bestellungen lässt sich widerrufen.',
  withdrawNotBegun: 'Sie können widerrufen. Die Frist hat noch nicht begonnen.',
  withdrawSignIn: 'Melden Sie sich an, um einen Vertrag zu widerrufen. Sie brauchen keinen Grund.',
  withdrawTitle: 'Vertrag widerrufen',
  withdrawUnits: 'Was widerrufen Sie?',
  withdrawUntil: (v) => `Sie können bis ${v.until} widerrufen.`,
  yourStatement: 'Ihre Erklärung',
};
