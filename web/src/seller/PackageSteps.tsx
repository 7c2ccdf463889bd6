import { BusyButton } from '../components/BusyButton';
import { CommandError } from '../components/feedback';
import { toast } from '../components/toast';
import { useCommand } from '../components/useCommand';
import { MovePackageDocument, type PackageStatus, RevertPackageDocument } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { PackageMoved } from './PackageMoved';
import type { SellersPackage } from './packageList';
import { ENDS, mayDo, type Task } from './tasks';

export interface PackageStepsProps {
  pkg: SellersPackage;
  nextStatuses: readonly PackageStatus[];
  /** Called for what needs a dialog. */
  onTask: (task: Task, pkg: SellersPackage) => void;
}

/** Buttons for the statuses that a package can be set to, and to take back the last change. */
export function PackageSteps({ pkg, nextStatuses, onTask }: PackageStepsProps) {
  const { t, enumLabel, language: locale } = useI18n();
  const { send, busy, failure, clearFailure } = useCommand(MovePackageDocument);
  const revert = useCommand(RevertPackageDocument);

  const choose = async (status: PackageStatus) => {
    clearFailure();
    if (status === 'SHIPPED') return onTask({ name: 'ship' }, pkg);
    if (ENDS.has(status)) return onTask({ name: 'end', status }, pkg);
    const answer = await send({ input: { packageId: pkg.id, status, expectedVersion: pkg.version }, locale });
    const moved = answer?.updatePackageStatus.package;
    if (moved) toast(<PackageMoved pkg={moved} />);
  };

  return (
    <>
      <CommandError failure={failure ?? revert.failure} />
      {mayDo(pkg, 'UPDATE_PACKAGE_STATUS') &&
        nextStatuses.map((status) => (
          <BusyButton
            key={status}
            className="button small"
            label={`${t('moveTo', { status: enumLabel('packageStatus', status) })}: ${pkg.number}`}
            busy={busy}
            onPress={() => choose(status)}
          >
            {t('moveTo', { status: enumLabel('packageStatus', status) })}
          </BusyButton>
        ))}
      {mayDo(pkg, 'REVERT_PACKAGE_STATUS') && (
        <BusyButton
          className="button small"
          label={`${t('takeBack')}: ${pkg.number}`}
          busy={revert.busy}
          onPress={() => {
            clearFailure();
            void revert.send({ input: { packageId: pkg.id, expectedVersion: pkg.version }, locale });
          }}
        >
          {t('takeBack')}
        </BusyButton>
      )}
    </>
  );
}
