import { de } from './de';
import { deAdministration } from './deAdministration';
import { deDesk } from './deDesk';
import { deHome } from './deHome';
import { deLabels } from './deLabels';
import { deOwner } from './deOwner';
import { deQueue } from './deQueue';
import { deReturns } from './deReturns';
import { deStore } from './deStore';
import { deUnverified } from './deUnverified';
import { said, type Translation } from './translation';

export const german: Translation = {
  texts: {
    ...de,
    ...deHome,
    ...deOwner,
    ...deAdministration,
    ...deQueue,
    ...deDesk,
    ...deReturns,
    ...deStore,
    ...deUnverified,
  },
  labels: deLabels,
  refusals: {
    NOT_FOUND: 'Das gibt es nicht, oder Sie haben keinen Zugriff darauf.',
    ROLE_NOT_ALLOWED: 'Das dürfen Sie nicht.',
    ACTION_NOT_ALLOWED: 'Das dürfen Sie nicht tun. Fragen Sie jemanden, der es darf.',
    WRONG_STATUS: 'Das ist nicht mehr oder noch nicht möglich.',
    STALE_VERSION: 'Das hat sich inzwischen geändert. Bitte sehen Sie es sich noch einmal an.',
    DUPLICATE_ITEM: 'Derselbe Artikel steht zweimal in der Liste.',
    QUANTITY_NOT_POSITIVE: 'Mindestens ein Stück ist nötig.',
    TOO_MANY_UNITS: 'So viele Stück sind von diesem Artikel nicht mehr übrig. Wählen Sie weniger aus.',
    REQUEST_OPEN:
      'Dieser Artikel ist Teil einer offenen Anfrage. Warten Sie die Entscheidung ab, oder ziehen Sie die Anfrage zurück.',
    WITHDRAWN_TOO_OFTEN:
      'Für diesen Artikel wurden heute zu oft Anfragen zurückgenommen. Versuchen Sie es morgen wieder, oder wenden Sie sich an den Marktplatz.',
    NO_UNITS_LEFT: 'Jedes Stück ist schon storniert, zurückgegeben oder Teil einer offenen Anfrage.',
    UNITS_NOT_HELD: 'So viele Stück dieses Artikels umfasst die Anfrage nicht.',
    PACKAGE_HAS_LEFT: 'Das Paket ist schon versandt und lässt sich so nicht mehr stornieren.',
    PACKAGE_HAS_NOT_LEFT: 'Das Paket ist noch nicht versandt.',
    PACKAGE_DELIVERED:
      'Das Paket ist zugestellt und lässt sich nicht zurückrufen. Der Kunde oder der Betreiber kann die Anfrage in eine Rückgabe umwandeln; sie lässt sich auch ablehnen.',
    PACKAGE_NOT_WHOLE:
      'Das Paket ist versandt und wird nur als Ganzes zurückgerufen. Wandeln Sie die Anfrage in eine Rückgabe um, oder lehnen Sie sie ab.',
    CANCELLATION_WAITING:
      'Für Stücke in diesem Paket wartet eine Stornierung auf Entscheidung. Halten Sie das Paket so lange zurück, oder bestätigen Sie, dass es trotzdem versandt wird.',
    PACKAGE_EMPTY: 'In diesem Paket ist nichts mehr zu versenden.',
    NOTHING_TO_REVERT: 'Es gibt keine Änderung, die sich zurücknehmen lässt.',
    REVERT_TOO_LATE: 'Für diese Änderung ist es zu spät, sie zurückzunehmen.',
    STATUS_RELIED_ON: 'Auf diesem Status beruht eine Rückgabe.',
    NOTHING_TO_SPLIT: 'Dieses Paket lässt sich nicht aufteilen: Es enthält nur ein Stück.',
    PACKAGE_NOT_EMPTY: 'In diesem Paket ist noch etwas zu versenden.',
    SELLER_HAS_SHIPPED:
      'Der Händler hat einen anderen Teil dieser Bestellung schon versandt. Nur der Betreiber kann diesen Teil noch stornieren, mit einer Begründung.',
    RETURN_WINDOW_CLOSED: 'Die Rückgabefrist ist abgelaufen.',
    REASON_UNKNOWN: 'Wählen Sie einen Grund aus.',
    REASON_INACTIVE: 'Dieser Grund wird nicht mehr angeboten. Wählen Sie einen anderen aus.',
    REASON_WRONG_TYPE: 'Dieser Grund passt nicht mehr zum Artikel. Wählen Sie einen anderen aus.',
    REASON_WRONG_AUDIENCE: 'Dieser Grund steht Ihnen nicht zur Auswahl. Wählen Sie einen anderen aus.',
    REQUEST_OF_OTHER_ROLE: 'Diese Anfrage hat jemand anders gestellt. Sie können sie nicht zurücknehmen.',
    NOTE_REQUIRED: 'Hier ist eine Anmerkung nötig, die mehr dazu sagt.',
    POLICY_NOT_ACCEPTED: 'Lesen Sie die Rückgabebedingungen, und nehmen Sie sie an.',
    POLICY_OUTDATED:
      'Die Rückgabebedingungen oder die Rückgaberegeln haben sich geändert. Lesen Sie die neuen, und nehmen Sie sie an.',
    POLICY_EXISTS: 'Eine Fassung dieses Namens ist schon veröffentlicht. Wählen Sie einen anderen Namen.',
    STATEMENT_OUTDATED:
      'Die Erklärung hat sich inzwischen geändert. Lesen und bestätigen Sie sie noch einmal.',
    TOO_MANY_UNVERIFIED: 'Zu viele Erklärungen zu dieser Bestellung warten auf Bestätigung.',
    NOTHING_TO_WITHDRAW: 'Es ist nichts mehr da, was widerrufen werden kann.',
    WITHDRAWN_BY_LAW:
      'Der Kunde hat den Vertrag widerrufen. Sie können nur einen begründeten Einwand erheben.',
    NOT_BY_LAW: 'Diese Anfrage folgt aus keinem Widerruf.',
    OBJECTION_EXISTS: 'Gegen diesen Widerruf liegt bereits ein Einwand vor.',
    EXEMPT: 'Dieser Artikel lässt sich nicht zurückgeben.',
    TERMS_PUBLISHED: 'Diese Version der Rückgaberegeln ist veröffentlicht und lässt sich nicht mehr ändern.',
    CONFIRMATION_REQUIRED: 'Eine Stornierung lässt sich nicht rückgängig machen. Bitte bestätigen Sie sie.',
    PLAN_EXISTS: 'Diese Stornierung ist schon angewendet.',
    PLAN_NOT_WAITING: 'Diese Stornierung ist noch nicht angewendet und lässt sich daher nicht bestätigen.',
    PLAN_NOT_WITH_SELLER: 'Diese Stornierung wartet nicht auf den Händler.',
    MONEY_RELEASED: 'Das Geld wartet nicht mehr auf die Ware.',
    MONEY_HELD: 'Das Geld wartet auf die Ware.',
    GOODS_UNDER_WAY: 'Die Ware ist schon unterwegs.',
    GOODS_NOT_LOST: 'Diese Ware ist nicht verloren.',
    GOODS_NOT_UNDER_WAY: 'Die Ware ist noch nicht unterwegs.',
    NO_CARRIER:
      'Es wird kein Etikett gekauft: Kein Versanddienst ist eingerichtet, oder die Ware kommt nicht per Post.',
    LABEL_NOT_WANTED: 'Die Ware wartet nicht auf den Versand.',
    LABEL_USED:
      'Das Etikett ist gebraucht: Der Versanddienst hat es gescannt, oder die Ware ist abgeschickt.',
    TOO_MANY_LABELS: 'Für diese Rücksendung wurden schon zwanzig Etiketten gemacht, ungültige mitgezählt.',
    RETURNS_OFF: 'Es gibt keine Einstellungen für Rücksendungen.',
    PROOF_REQUIRED: 'Geben Sie die Sendungsnummer oder den Einlieferungsbeleg an.',
    UNITS_NOT_EXPECTED: 'So viele Stück dieses Artikels werden nicht erwartet.',
    NOTHING_MISSING: 'Von dieser Rücksendung fehlt kein Stück.',
    UNITS_NOT_GRADED: 'Bewerten Sie jedes eingegangene Stück genau einmal.',
    UNITS_LEFT_TO_PAY: 'Mindestens ein Stück ist zu erstatten.',
    DEDUCTION_TOO_HIGH: 'Der Abzug ist höher als der Betrag für die Stücke.',
    ADJUSTMENT_TOO_HIGH: (message) => {
      const most = /\d+(\.\d+)? [A-Z]{3}/.exec(message)?.[0];
      return most
        ? `Hier sind höchstens ${most} möglich.`
        : 'Das ist mehr, als erstattet oder einbehalten werden kann.';
    },
    ADJUSTMENT_NOT_ALLOWED: 'Eine solche Anpassung ist hier nicht möglich.',
    REFUNDS_PAUSED: 'Das Senden von Erstattungen ist schon angehalten.',
    REFUNDS_NOT_PAUSED: 'Das Senden von Erstattungen ist nicht angehalten.',
    PERSON_HAS_OPEN_MATTERS: 'Waren oder Geld dieser Person sind noch unterwegs.',
    REFUNDS_NOT_DONE: 'Noch nicht jede Erstattung ist erledigt.',
    REJECTION_REASON_REQUIRED: 'Sagen Sie, warum Sie die Anfrage ablehnen. Der Kunde wird es lesen.',
    REST_REASON_REQUIRED: 'Sagen Sie, warum Sie den Rest nicht annehmen. Der Kunde wird es lesen.',
    PAYMENT_DISPUTED:
      'Der Kunde ficht die Zahlung an. Antworten Sie beim Zahlungsdienst, und warten Sie auf die Bank.',
    NOTHING_SHORT: 'Die Erstattungen dieses Plans decken seinen ganzen Betrag.',
    TOO_MANY_EXPORTS:
      'Zu viele Dateien entstehen gerade oder sind heute entstanden. Warten Sie, bis eine fertig ist, oder versuchen Sie es später.',
    TOKENS_ISSUED_ELSEWHERE: 'Hier werden keine Token ausgestellt. Fragen Sie, wer den Server betreibt.',
    LINKS_OFF:
      'Dieser Marktplatz verschickt keine Links zu Bestellungen. Melden Sie sich an, oder schreiben Sie dem Marktplatz.',
    TOO_MANY_DECLARATIONS:
      'Sie haben innerhalb einer Stunde zu viele Widerrufe erklärt. Jeder ist eingegangen und zählt: Suchen Sie die Bestätigung, oder versuchen Sie es in einer Stunde wieder.',
    TOO_MANY_LINKS:
      'Sie haben zu viele Links angefordert. Nehmen Sie den letzten, oder versuchen Sie es in einer Stunde wieder.',
    LINK_NOT_VALID: 'Dieser Link gilt nicht mehr. Fordern Sie unten einen neuen an.',
    MOVEMENT_SPENT:
      'Diese Referenz gehört zu anderem Geld, oder es ist zu wenig davon übrig. Nennen Sie eine andere.',
    REFERENCE_REQUIRED: 'Geben Sie die Zahlungsreferenz ein.',
    NOT_DUE: 'Das ist noch in Arbeit. Bitte versuchen Sie es gleich noch einmal.',
    ADDRESS_NOT_ALLOWED: 'An diese Adresse dürfen keine Webhooks gehen.',
    CONTRADICTORY_INPUT: said,
    ENDPOINT_EXISTS: 'Für diese Adresse gibt es schon einen Webhook.',
    IDEMPOTENCY_KEY_REUSED:
      'Das wurde schon mit anderem Inhalt gesendet. Laden Sie die Seite neu, und versuchen Sie es wieder.',
    INVALID_INPUT: said,
    ORDER_EXISTS: 'Eine Bestellung mit dieser Nummer gibt es schon.',
    PLAN_NOT_COMPLETED: 'Das ist noch nicht fertig: Eine Erstattung läuft noch.',
    REASON_IN_USE:
      'Anfragen nennen diesen Grund. Er bleibt daher einer für Stornierungen oder einer für Rückgaben.',
  },
  refusalsOfCustomers: {
    NOT_FOUND: 'Das gibt es nicht mehr. Sehen Sie sich Ihre Bestellungen noch einmal an.',
    ROLE_NOT_ALLOWED: 'Das kann nur der Händler oder der Marktplatz.',
    STALE_VERSION: 'Eben hat sich etwas geändert. Bitte sehen Sie es sich noch einmal an.',
    INVALID_INPUT: 'Bitte prüfen Sie Ihre Angaben.',
    CONTRADICTORY_INPUT: 'Ihre Angaben passen nicht zusammen. Bitte prüfen Sie sie.',
    QUANTITY_NOT_POSITIVE: 'Wählen Sie mindestens ein Stück aus.',
    NOTE_REQUIRED: 'Bitte sagen Sie in der Anmerkung mehr dazu.',
    GOODS_UNDER_WAY: 'Das Paket ist schon auf dem Rückweg.',
    MONEY_RELEASED: 'Ihr Geld ist schon unterwegs zu Ihnen.',
  },
};
