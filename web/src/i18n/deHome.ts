import type { enHome } from './enHome';
import type { Text } from './translation';

export const deHome: Record<keyof typeof enHome, Text> = {
  allMyOrders: 'Alle meine Bestellungen',
  canBeCanceled: 'Kann noch storniert werden',
  isOverdue: 'Überfällig',
  lastDays: (v) => `Letzte ${v.days} Tage`,
  medianAndMost: (v) => `${v.median}, 95 % binnen ${v.most}`,
  moneyWaiting: 'Wartendes Geld',
  nothingReturnable: 'Von Ihren letzten Bestellungen kann nichts storniert oder zurückgegeben werden.',
  nothingWaits: 'Nichts wartet.',
  openedFigures: (v) =>
    `eröffnet · ${v.completed} abgeschlossen · ${v.broken} ${v.broken === '1' ? 'Frist' : 'Fristen'} verstrichen`,
  overdueCount: (v) => `Überfällige Anfragen: ${v.count}`,
  paidBack: 'Zurückgezahlt',
  returnedOfOrdered: (v) => `Stück: ${v.returned} zurückgegeben · ${v.ordered} bestellt`,
  returnRate: 'Rückgabequote',
  stillReturnable: 'Was Sie noch stornieren oder zurückgeben können',
  timesTaken: 'Dauer im Median',
  timeToAnswer: 'Bis zur Antwort',
  timeToReceive: 'Bis zum Wareneingang',
  timeToRefund: 'Bis zur Erstattung',
};
