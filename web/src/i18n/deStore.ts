import type { enStore } from './enStore';
import type { Text } from './translation';

export const deStore: Record<keyof typeof enStore, Text> = {
  accept: 'Ich habe die Rückgabebedingungen gelesen und verstanden und nehme sie an',
  by: 'bis',
  cancelUntil: 'Stornierbar, bis das Paket versandt wird',
  findOrderIntro:
    'Sie brauchen kein Konto: Geben Sie die Bestellnummer und die E-Mail-Adresse Ihrer Bestellung an. Wir schicken einen Link an diese Adresse.',
  howToSend: 'So schicken Sie es zurück',
  keptTitle: 'Was einbehalten wurde und warum',
  labelCode: (v) => `QR-Code des Etiketts ${v.number}`,
  labelComing: 'Ihr Versandetikett wird erstellt. Es erscheint hier von selbst.',
  labelPaid: 'Das Porto ist bezahlt. Drucken Sie das Etikett, und kleben Sie es auf das Paket.',
  labelToCome: 'Der Marktplatz kümmert sich um Ihr Versandetikett.',
  linkOnce: 'Der Link gilt einmal. Danach zeigt dieser Tab Ihre Bestellung eine Stunde lang.',
  linkOnItsWay:
    'Wenn es diese Bestellung gibt und die Adresse zu ihr gehört, ist ein Link unterwegs. Er gilt einmal, 24 Stunden lang.',
  noPurchases: 'Sie haben noch keine Bestellungen.',
  onceArrived: 'Sobald Ihr Paket angekommen ist',
  openRequest: 'Anfrage offen',
  requestsTakenBack: (v) => `Zurückgenommen: ${v.numbers}`,
  returnAnytime: 'Rückgabe möglich',
  returnItem: 'Diesen Artikel zurückgeben',
  returnItemOf: (v) => `Diesen Artikel zurückgeben: ${v.name}`,
  returnNumberToWrite: 'Auf das Paket schreiben',
  returnSelected: 'Ausgewählte Artikel zurückgeben',
  selectedItems: (v) => `${v.count} Artikel ausgewählt`,
  sendLink: 'Link schicken',
  sentIt: 'Ich habe es verschickt',
  sentTitle: 'Sagen Sie uns, dass es unterwegs ist',
  showMyOrder: 'Meine Bestellung anzeigen',
  slipHint:
    'Drucken Sie den Zettel, und kleben Sie ihn auf das Paket. Das Porto bezahlen Sie in einer Postfiliale.',
  stepLate: 'Später als erwartet',
  stillToCome: 'Steht noch aus',
  toBeKept: 'Was einbehalten wird und warum',
  totals: 'Summen',
  wayExpired:
    'Es wurde nicht rechtzeitig verschickt. Sie behalten den Artikel, und es wird nichts erstattet.',
  wayLost: 'Das Paket ist verloren. Ihr Geld wartet, bis der Marktplatz entschieden hat.',
  wayOf: 'Schritt für Schritt',
  wayTakenBack: 'Sie haben das zurückgenommen.',
  wayTakenBackBy: (v) => `${v.name} hat das zurückgenommen.`,
  wayUndecided: 'Niemand hat rechtzeitig entschieden. Sie können noch einmal anfragen.',
  wayWaived: 'Sie müssen es nicht zurückschicken, oder niemand muss es prüfen.',
  willBeKept: (v) => `Wird einbehalten: ${v.name}`,
  yourRequests: 'Ihre Anfragen',
};
