import './texts';
import { Button } from 'react-aria-components/Button';
import type { HandledLabelFieldsFragment, ReturnFieldsFragment } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { May } from '../session/May';

const TASKS = [
  { action: 'RECEIVE_RETURN', name: 'receive', title: 'receiveTitle', primary: true },
  { action: 'INSPECT_RETURN', name: 'inspect', title: 'inspectTitle', primary: true },
  { action: 'SEND_RETURN', name: 'proof', title: 'proofTitle', primary: false },
  { action: 'LOSE_RETURN', name: 'lose', title: 'loseTitle', primary: false },
  { action: 'WAIVE_RETURN', name: 'waive', title: 'waiveTitle', primary: false },
  { action: 'ADD_LABEL', name: 'addLabel', title: 'addLabelTitle', primary: false },
] as const;

/** What sellers and the owner can do with a return shipment and its labels, each with a dialog of its own. */
export type Task = (typeof TASKS)[number]['name'] | LabelTask | 'late';
export type LabelTask = 'retryLabel' | 'voidLabel';
export type OnTask = (task: Task, shipment: ReturnFieldsFragment, label?: HandledLabelFieldsFragment) => void;

/** The tasks that the server offers for a shipment. */
export const tasksOf = (shipment: ReturnFieldsFragment) =>
  TASKS.filter(({ action }) =>
    shipment.allowedActions.some((allowed) => allowed.action === action && allowed.enabled),
  );

/** Buttons for what can be done with a return shipment. Once its goods are the customer's again, they are unannounced. */
export function ReturnActions({ shipment, onTask }: { shipment: ReturnFieldsFragment; onTask: OnTask }) {
  const { t } = useI18n();
  const { number, status } = shipment;
  const tasks = tasksOf(shipment);
  return (
    <div className="actions start">
      {tasks.map(({ name, title, primary }) => (
        <Button
          key={name}
          className={`button ${primary ? 'primary' : ''}`}
          aria-label={t(title, { number })}
          onPress={() => onTask(name, shipment)}
        >
          {t(name)}
        </Button>
      ))}
      {status === 'EXPIRED' && tasks.length === 0 && (
        <May action="RECEIVE_UNANNOUNCED">
          <Button
            className="button"
            aria-label={t('lateTitle', { number })}
            onPress={() => onTask('late', shipment)}
          >
            {t('late')}
          </Button>
        </May>
      )}
    </div>
  );
}
