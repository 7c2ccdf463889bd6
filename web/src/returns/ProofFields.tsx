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

/** The tracking number, or else the proof of drop-off. */
export function ProofFields({ proof, onChange }: { proof: Proof; onChange: (proof: Proof) => void }) {
  const { t } = useI18n();
  return (
    <>
      <TextInput
        label={t('tracking')}
        value={proof.trackingNumber}
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
