import type { enUnverified } from './enUnverified';
import type { Text } from './translation';

export const deUnverified: Record<keyof typeof enUnverified, Text> = {
  customerSaysNo: 'Das war ich nicht',
  declaredWithoutAccount: 'Ihr Widerruf ist eingegangen',
  noteHowKnown: 'Woher wissen Sie das?',
  receiptOnItsWay:
    'Eine Bestätigung geht an Ihre Adresse und, wenn es die Bestellung gibt, ein Link an die Adresse, mit der bestellt wurde. Der Widerruf gilt ab dem genannten Zeitpunkt, sobald Sie dem Link gefolgt sind und bestätigt haben.',
  rejectWithdrawalText:
    'Aus der Erklärung folgt nichts. Die Anmerkung bleibt im Verlauf der Bestellung stehen.',
  rejectWithdrawalTitle: (v) => `Widerruf ${v.number} zurückweisen`,
  verify: 'Bestätigen',
  verifyWithdrawalText: (v) =>
    `Er wurde am ${v.at} erklärt. Wenn Sie ihn bestätigen, gilt er ab diesem Zeitpunkt: Was nicht versandt ist, wird storniert; was versandt ist, geht zurück. Der Kunde dieser Bestellung ist ${v.customer}.`,
  verifyWithdrawalTitle: (v) => `Widerruf ${v.number} bestätigen`,
  withdrawAllOf: (v) =>
    `Ich widerrufe meine Verträge über den Kauf aller Waren aus der Bestellung ${v.number}.`,
  withoutAccount: 'Ohne Konto',
  wasItYou: 'Ist das Ihr Widerruf?',
  wasItYouText: (v) =>
    `Am ${v.at} hat jemand ohne Konto erklärt, die Verträge dieser Bestellung zu widerrufen. Wenn Sie das waren, bestätigen Sie es: Der Widerruf gilt ab diesem Zeitpunkt. Bis dahin ändert sich nichts.`,
  withdrawalConfirmed: 'Der Widerruf ist bestätigt.',
  withdrawalRejected: 'Die Erklärung ist zurückgewiesen. Es folgt nichts aus ihr.',
  yourName: 'Ihr Name',
};
