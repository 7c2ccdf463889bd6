import type { ErrorCode } from '../gql/graphql';
import { de } from './de';
import type { Tongue } from './texts';

/** What the server's refusals say; where a code has several sentences of its own, the server's stands. */
const refusals: Partial<Record<ErrorCode, string>> = {
  NOT_FOUND: 'Das gibt es nicht, oder es ist nicht für Sie bestimmt.',
  ROLE_NOT_ALLOWED: 'Das darf Ihre Rolle nicht.',
  WRONG_STATUS: 'Der Status lässt das nicht zu.',
  STALE_VERSION: 'Das hat sich inzwischen geändert. Sehen Sie es sich noch einmal an.',
  DUPLICATE_ITEM: 'Derselbe Artikel steht zweimal in der Liste.',
  QUANTITY_NOT_POSITIVE: 'Mindestens ein Stück ist nötig.',
  TOO_MANY_UNITS: 'So viele Stück sind von diesem Artikel nicht mehr frei.',
  REQUEST_OPEN:
    'Dieser Artikel ist schon Teil einer offenen Anfrage. Warten Sie die Entscheidung ab, oder ziehen Sie sie zurück.',
  NO_UNITS_LEFT: 'Jedes Stück ist schon storniert, zurückgegeben oder Teil einer offenen Anfrage.',
  UNITS_NOT_HELD: 'So viele Stück umfasst die Anfrage nicht.',
  PACKAGE_HAS_LEFT: 'Das Paket ist schon unterwegs; eine Stornierung ist so nicht mehr möglich.',
  PACKAGE_HAS_NOT_LEFT: 'Das Paket ist noch nicht unterwegs.',
  PACKAGE_DELIVERED: 'Das Paket ist zugestellt und kann nicht zurückgerufen werden.',
  PACKAGE_EMPTY: 'Von diesem Paket ist nichts mehr zu versenden.',
  PACKAGE_NOT_EMPTY: 'In diesem Paket ist noch etwas zu versenden.',
  SELLER_HAS_SHIPPED:
    'Der Händler hat einen Teil dieser Bestellung schon versandt; eine Stornierung ist so nicht mehr möglich.',
  RETURN_WINDOW_CLOSED: 'Die Rückgabefrist ist abgelaufen.',
  REASON_UNKNOWN: 'Wählen Sie einen Grund aus der Liste.',
  REASON_INACTIVE: 'Dieser Grund wird nicht mehr angeboten. Wählen Sie einen anderen.',
  REASON_WRONG_TYPE: 'Dieser Grund passt nicht zu diesem Vorgang. Wählen Sie einen anderen.',
  NOTE_REQUIRED: 'Hier ist eine Anmerkung nötig, die mehr dazu sagt.',
  POLICY_NOT_ACCEPTED: 'Lesen Sie die Rückgabebedingungen, und nehmen Sie sie an.',
  POLICY_OUTDATED:
    'Inzwischen gilt eine andere Fassung der Rückgabebedingungen. Lesen Sie sie, und nehmen Sie sie an.',
  PLAN_EXISTS: 'Die Stornierung ist schon angewendet: Es gibt einen Plan.',
  PLAN_NOT_WAITING: 'Die Stornierung ist noch nicht angewendet; es gibt keinen Plan zu bestätigen.',
  PLAN_NOT_WITH_SELLER: 'Diese Stornierung wartet nicht auf den Händler.',
  REFUNDS_NOT_DONE: 'Noch nicht jede Erstattung ist erledigt.',
  REJECTION_REASON_REQUIRED: 'Sagen Sie, warum die Anfrage abgelehnt wird; der Kunde wird es lesen.',
  REFERENCE_REQUIRED: 'Sagen Sie, unter welcher Referenz das Geld gezahlt wurde.',
};

export const german: Tongue = { texts: de, refusals };
