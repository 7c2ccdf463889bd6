import { useState } from 'react';
import { ConfirmDialog } from '../components/ConfirmDialog';
import { TextInput } from '../components/Fields';
import { CommandError, useFaults } from '../components/feedback';
import { useCommand } from '../components/useCommand';
import type { DialogEnds } from '../components/usePageDialog';
import { MovePackageDocument, type PackageFieldsFragment } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { Advice } from './Advice';
import { PackageMoved } from './PackageMoved';

interface ShipDialogProps extends DialogEnds {
  pkg: PackageFieldsFragment;
}

/** Asks for the tracking number when a package is shipped, and warns if it should not leave yet. */
export default function ShipDialog({ pkg, onDone, onClose }: ShipDialogProps) {
  const { t, enumLabel, language: locale } = useI18n();
  const { send, busy, failure } = useCommand(MovePackageDocument);
  const faultOf = useFaults(failure);
  const [tracking, setTracking] = useState(pkg.trackingNumber ?? '');
  const warned = pkg.advice.length > 0;
  const ship = async () => {
    const input = {
      packageId: pkg.id,
      status: 'SHIPPED' as const,
      trackingNumber: tracking.trim() || null,
      despiteRequests: warned, // the dialog shows what speaks against shipping, and was confirmed in spite of it
      expectedVersion: pkg.version,
    };
    const answer = await send({ input, locale });
    if (!answer) return;
    onClose();
    onDone(<PackageMoved pkg={answer.updatePackageStatus.package ?? pkg} />);
  };
  return (
    <ConfirmDialog
      title={`${t('moveTo', { status: enumLabel('packageStatus', 'SHIPPED') })}: ${pkg.number}`}
      confirmLabel={warned ? t('shipAnyway') : t('confirm')}
      danger={warned}
      closeLabel={t('goBack')}
      busy={busy}
      onConfirm={ship}
      onClose={onClose}
    >
      <Advice advice={pkg.advice} />
      <TextInput
        label={t('tracking')}
        value={tracking}
        fault={faultOf('trackingNumber')}
        first
        onChange={setTracking}
      />
      <CommandError failure={failure} />
    </ConfirmDialog>
  );
}
