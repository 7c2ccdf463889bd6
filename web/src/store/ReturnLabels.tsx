import './texts';
import { useEffect, useState } from 'react';
import { readFile } from '../components/files';
import type { LabelFieldsFragment } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { LabelFile } from '../returns/LabelFile';
import { type Labeled, numberOf } from '../returns/labelFile';

const WAITING = new Set(['PENDING', 'PROCESSING']);
const TROUBLED = new Set(['FAILED', 'UNKNOWN']);
const SLIP = 'slip';

/** What the customer prints and sticks on the packages, or why it is not there yet. */
export function ReturnLabels({ shipment }: { shipment: Labeled }) {
  const { t } = useI18n();
  const { labels } = shipment;
  return (
    <div aria-live="polite">
      {labels.some(({ status }) => WAITING.has(status)) && <p className="note">{t('labelComing')}</p>}
      {labels.some(({ status }) => TROUBLED.has(status)) && <p className="note">{t('labelToCome')}</p>}
      {labels
        .filter(({ status }) => status === 'ISSUED')
        .map((label) => (
          <Printable key={label.id} label={label} number={numberOf(shipment, label)} />
        ))}
    </div>
  );
}

function Printable({ label, number }: { label: LabelFieldsFragment; number: string }) {
  const { t } = useI18n();
  const isSlip = label.carrier === SLIP;
  return (
    <div className="slip">
      {isSlip && label.url && <Code path={label.url.replace(/pdf$/, 'svg')} number={number} />}
      <div>
        <p>
          <strong>{t('labelNumber', { number })}</strong>
          {label.trackingNumber && (
            <>
              {' '}
              <code>{label.trackingNumber}</code>
            </>
          )}
        </p>
        <p className="quiet">{isSlip ? t('slipHint') : t('labelPaid')}</p>
        <div className="actions start">
          <LabelFile label={label} number={number} />
        </div>
      </div>
    </div>
  );
}

/** The QR code of a slip. Without it the number says the same. */
function Code({ path, number }: { path: string; number: string }) {
  const { t } = useI18n();
  const [drawing, setDrawing] = useState<string | null>(null);
  useEffect(() => {
    let shown = true;
    readFile(path)
      .then((response) => response.text())
      .then(
        (svg) => shown && setDrawing(svg),
        () => {},
      );
    return () => {
      shown = false;
    };
  }, [path]);
  if (!drawing) return null;
  return (
    <img
      className="code"
      src={`data:image/svg+xml,${encodeURIComponent(drawing)}`}
      alt={t('labelCode', { number })}
    />
  );
}
