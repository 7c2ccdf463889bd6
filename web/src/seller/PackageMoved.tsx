import { Undo } from '../components/Undo';
import { type PackageFieldsFragment, RevertPackageDocument } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';

/** What has become of a package, and a way to take it back while the server allows it. */
export function PackageMoved({ pkg }: { pkg: PackageFieldsFragment }) {
  const { enumLabel, language: locale } = useI18n();
  const mayUndo = pkg.allowedActions.some(
    ({ action, enabled }) => action === 'REVERT_PACKAGE_STATUS' && enabled,
  );
  const say = ({ number, status }: PackageFieldsFragment) =>
    `${number}: ${enumLabel('packageStatus', status)}`;
  return (
    <Undo
      done={say(pkg)}
      name={pkg.number}
      document={RevertPackageDocument}
      commands={mayUndo ? [{ input: { packageId: pkg.id, expectedVersion: pkg.version }, locale }] : []}
      undone={({ revertPackageStatus }) => say(revertPackageStatus.package ?? pkg)}
    />
  );
}
