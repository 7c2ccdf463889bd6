import './texts';
import { useState } from 'react';
import { ConfirmDialog } from '../components/ConfirmDialog';
import { TextInput } from '../components/Fields';
import { CommandError } from '../components/feedback';
import { QuantityField } from '../components/QuantityField';
import { RefundPreview } from '../components/RefundPreview';
import { useCommand } from '../components/useCommand';
import { PreviewReceiptDocument, ReceiveReturnDocument } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { isHeld, toCome } from './counts';
import type { ReturnDialogProps } from './useReturnDialogs';

interface Arrived {
  received: number;
  wrong: number;
}

/** Counts what came out of a package, item by item: what was to come, and what lies in its place. */
export default function ReceiveDialog({ shipment, onDone, onClose }: ReturnDialogProps) {
  const { t } = useI18n();
  const { send, busy, failure, clearFailure } = useCommand(ReceiveReturnDocument);
  const [note, setNote] = useState('');
  const lines = shipment.lines.filter((line) => toCome(shipment, line) > 0);
  const [counts, setCounts] = useState<Record<string, Arrived>>(() =>
    Object.fromEntries(
      lines.map((line) => [line.orderItem.id, { received: toCome(shipment, line), wrong: 0 }]),
    ),
  );
  const entries = lines.map((line) => {
    const most = toCome(shipment, line);
    const { received, wrong } = counts[line.orderItem.id] ?? { received: most, wrong: 0 };
    return { line, most, received, wrong, missing: most - received - wrong };
  });
  const missing = entries.reduce((sum, entry) => sum + entry.missing, 0);
  const everything = entries.every(({ most, received }) => received === most);
  const change = (id: string, arrived: Arrived) => {
    clearFailure();
    setCounts({ ...counts, [id]: arrived });
  };
  const items = entries.map(({ line, received, wrong }) => ({
    orderItemId: line.orderItem.id,
    received,
    wrong,
  }));
  const inputOf = (given: string | null) => ({
    returnId: shipment.id,
    items: everything ? null : items,
    note: given,
    expectedVersion: shipment.version,
  });
  const receive = async () => {
    const answer = await send({ input: inputOf(note.trim() || null) });
    if (!answer) return;
    onClose();
    const rest = answer.receiveReturn.missing;
    onDone(rest ? t('goesOnAs', { number: shipment.number, next: rest.number, count: missing }) : undefined);
  };
  return (
    <ConfirmDialog
      title={t('receiveTitle', { number: shipment.number })}
      confirmLabel={t('receive')}
      closeLabel={t('goBack')}
      busy={busy}
      onConfirm={receive}
      onClose={onClose}
    >
      {entries.map(({ line: { orderItem }, most, received, wrong }) => (
        <fieldset key={orderItem.id} className="on-behalf">
          <legend>
            {orderItem.name} <span className="quiet">· {t('expected', { count: most })}</span>
          </legend>
          <QuantityField
            label={t('arrivedUnits', { name: orderItem.name })}
            value={received}
            min={0}
            max={most - wrong}
            onChange={(units) => change(orderItem.id, { received: units, wrong })}
          />
          <QuantityField
            label={t('wrongUnits', { name: orderItem.name })}
            value={wrong}
            min={0}
            max={most - received}
            onChange={(units) => change(orderItem.id, { received, wrong: units })}
          />
        </fieldset>
      ))}
      {missing > 0 && (
        <p className="note warn" role="status">
          {isHeld(shipment) ? t('missingGoesOn', { count: missing }) : t('missingClaim', { count: missing })}
        </p>
      )}
      {shipment.request.plan && (
        <RefundPreview document={PreviewReceiptDocument} input={inputOf(null)} incomplete>
          {({ returnTerms }) =>
            isHeld(shipment) &&
            returnTerms?.trigger === 'ON_INSPECTION' && <p className="quiet">{t('paidOnceInspected')}</p>
          }
        </RefundPreview>
      )}
      <TextInput label={t('sharedNote')} value={note} onChange={setNote} />
      <CommandError failure={failure} nameOf={(index) => lines[index]?.orderItem.name} />
    </ConfirmDialog>
  );
}
