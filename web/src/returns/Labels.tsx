import './texts';
import { Button } from 'react-aria-components/Button';
import { Badge, When } from '../components/display';
import type { HandledLabelFieldsFragment, ReturnFieldsFragment } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { LabelFile } from './LabelFile';
import { numberOf } from './labelFile';
import type { LabelTask, OnTask } from './ReturnActions';

const TASKS = [
  { action: 'RETRY_LABEL', task: 'retryLabel', name: 'retry', title: 'retryLabelTitle' },
  { action: 'VOID_LABEL', task: 'voidLabel', name: 'voidLabel', title: 'voidLabelTitle' },
] as const satisfies { action: string; task: LabelTask; name: string; title: string }[];

const TROUBLES = {
  FAILED: 'labelRefused',
  UNKNOWN: 'labelUnknown',
  VOID_UNKNOWN: 'labelUnknown',
} as const;

interface LabelsProps {
  shipment: ReturnFieldsFragment;
  labels: readonly HandledLabelFieldsFragment[];
  onTask: OnTask;
}

/** The labels of a return shipment, as sellers and the owner handle them. */
export function Labels({ shipment, labels, onTask }: LabelsProps) {
  const { t } = useI18n();
  if (labels.length === 0) return null;
  return (
    <ul className="refunds" aria-label={t('labels')}>
      {labels.map((label) => (
        <LabelRow key={label.id} label={label} shipment={shipment} onTask={onTask} />
      ))}
    </ul>
  );
}

function LabelRow({
  label,
  shipment,
  onTask,
}: Omit<LabelsProps, 'labels'> & { label: HandledLabelFieldsFragment }) {
  const { t } = useI18n();
  const number = numberOf(shipment, label);
  const trouble = TROUBLES[label.status as keyof typeof TROUBLES];
  const offered = TASKS.filter(({ action }) =>
    label.allowedActions.some((allowed) => allowed.action === action && allowed.enabled),
  );
  return (
    <li className="refund">
      <p className="badges">
        <strong>{t('labelNumber', { number })}</strong>
        <Badge kind="labelStatus" value={label.status} />
        {label.trackingNumber && <code>{label.trackingNumber}</code>}
        {label.scannedAt && (
          <span className="quiet">
            {t('scannedAt')} <When at={label.scannedAt} />
          </span>
        )}
      </p>
      {trouble && <p>{t(trouble)}</p>}
      {label.message && <p className="quiet">{label.message}</p>}
      <div className="actions start">
        <LabelFile label={label} number={number} />
        {offered.map(({ task, name, title }) => (
          <Button
            key={task}
            className="button"
            aria-label={t(title, { number })}
            onPress={() => onTask(task, shipment, label)}
          >
            {t(name)}
          </Button>
        ))}
      </div>
    </li>
  );
}
