import './texts';
import { Button } from 'react-aria-components/Button';
import { CommandError, useFaults } from '../components/feedback';
import { useCommand } from '../components/useCommand';
import { useStoredDraft } from '../components/useStoredDraft';
import { type ReturnFieldsFragment, SendReturnDocument } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { ProofFields, proofInput } from '../returns/ProofFields';

/** The customer says that the goods are sent: by the tracking number, or by the proof of drop-off. */
export function SendForm({
  shipment,
  onSent,
}: {
  shipment: ReturnFieldsFragment;
  onSent: (number: string) => void;
}) {
  const { t } = useI18n();
  const { send, busy, failure, clearFailure } = useCommand(SendReturnDocument);
  const {
    draft: proof,
    change: setProof,
    discard,
  } = useStoredDraft(`send.${shipment.id}`, { trackingNumber: '', dropOff: '' });
  const faultOf = useFaults(failure);
  if (!shipment.allowedActions.some(({ action, enabled }) => action === 'SEND_RETURN' && enabled))
    return null;
  const submit = async () => {
    const input = { returnId: shipment.id, ...proofInput(proof), expectedVersion: shipment.version };
    if (!(await send({ input }))) return;
    discard();
    onSent(shipment.number);
  };
  return (
    <form
      className="fields"
      aria-label={t('sentTitle')}
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) void submit();
      }}
    >
      <ProofFields
        proof={proof}
        faultOf={faultOf}
        onChange={(next) => {
          clearFailure();
          setProof(next);
        }}
      />
      <CommandError failure={failure} />
      <div className="actions start">
        <Button type="submit" className="button primary" aria-disabled={busy}>
          {t('sentIt')}
        </Button>
      </div>
    </form>
  );
}
