import { useState } from 'react';
import { BusyButton } from '../components/BusyButton';
import { ConfirmDialog } from '../components/ConfirmDialog';
import { CommandError } from '../components/feedback';
import { useCommand } from '../components/useCommand';
import type { DialogEnds } from '../components/usePageDialog';
import {
  MovePackageDocument,
  type PackageFieldsFragment,
  type PackageStatus,
  RevertPackageDocument,
} from '../gql/graphql';
import { useI18n } from '../i18n/I18n';

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
    onDone(<Moved pkg={answer.updatePackageStatus.package ?? pkg} />);
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

/** What has become of a package, and a way to take it back while the server allows it. */
function Moved({ pkg }: { pkg: PackageFieldsFragment }) {
  const { t, enumLabel, language: locale } = useI18n();
  const { send, busy, failure } = useCommand(RevertPackageDocument);
  const [now, setNow] = useState(pkg);
  const undone = now !== pkg;
  const mayUndo = pkg.allowedActions.some(
    ({ action, enabled }) => action === 'REVERT_PACKAGE_STATUS' && enabled,
  );
  const undo = async () => {
    const answer = await send({ input: { packageId: pkg.id, expectedVersion: pkg.version }, locale });
    if (answer?.revertPackageStatus.package) setNow(answer.revertPackageStatus.package);
  };
  return (
    <>
      <p>
        {now.number}: {enumLabel('packageStatus', now.status)}
      </p>
      {mayUndo && !undone && (
        <BusyButton className="button small" label={`${t('undo')}: ${pkg.number}`} busy={busy} onPress={undo}>
          {t('undo')}
        </BusyButton>
      )}
      <CommandError failure={failure} />
    </>
  );
}
