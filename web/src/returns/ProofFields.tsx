import './texts';
import { TextInput } from '../components/Fields';
import { useI18n } from '../i18n/I18n';

/** What says that goods were sent. */
export interface Proof {
  trackingNumber: string;
  dropOff: string;
}

export const proofInput = ({ trackingNumber, dropOff }: Proof) => ({
  trackingNumber: trackingNumber.trim() || null,
  dropOff: dropOff.trim() || null,
});

interface ProofFieldsProps {
  proof: Proof;
  /** What is wrong with a field. */
  faultOf?: (name: string) => string | undefined;
  onChange: (proof: Proof) => void;
}

/** The tracking number, or else the proof of drop-off. */
export function ProofFields({ proof, faultOf, onChange }: ProofFieldsProps) {
  const { t } = useI18n();
  return (
    <>
      <TextInput
        label={t('tracking')}
        value={proof.trackingNumber}
        fault={faultOf?.('trackingNumber')}
        onChange={(trackingNumber) => onChange({ ...proof, trackingNumber })}
      />
      <TextInput
        label={t('dropOff')}
        hint={t('dropOffHint')}
        value={proof.dropOff}
        onChange={(dropOff) => onChange({ ...proof, dropOff })}
      />
    </>
  );
}
