import { ConfirmDialog } from '../components/ConfirmDialog';
import { CommandError } from '../components/feedback';
import { useCommand } from '../components/useCommand';
import type { DialogEnds } from '../components/usePageDialog';
import { MovePackageDocument, type PackageFieldsFragment, type PackageStatus } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { PackageMoved } from './PackageMoved';

interface EndDialogProps extends DialogEnds {
  pkg: PackageFieldsFragment;
  status: PackageStatus;
}

/** Asks before a package has arrived, or could not be delivered. */
export default function EndDialog({ pkg, status, onDone, onClose }: EndDialogProps) {
  const { t, enumLabel, language: locale } = useI18n();
  const { send, busy, failure } = useCommand(MovePackageDocument);
  const move = async () => {
    const answer = await send({ input: { packageId: pkg.id, status, expectedVersion: pkg.version }, locale });
    if (!answer) return;
    onClose();
    onDone(<PackageMoved pkg={answer.updatePackageStatus.package ?? pkg} />);
  };
  return (
    <ConfirmDialog
      title={`${t('moveTo', { status: enumLabel('packageStatus', status) })}: ${pkg.number}`}
      confirmLabel={t('yes')}
      closeLabel={t('no')}
      alert
      busy={busy}
      onConfirm={move}
      onClose={onClose}
    >
      <p>{t(status === 'DELIVERED' ? 'deliveredText' : 'failedText')}</p>
      <CommandError failure={failure} />
    </ConfirmDialog>
  );
}
