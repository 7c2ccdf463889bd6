import { lazy, useMemo } from 'react';
import { useQuery } from 'urql';
import { usePageDialog } from '../components/usePageDialog';
import { useTitle } from '../components/useTitle';
import { useView, ViewTabs } from '../components/ViewTabs';
import { PackageRulesDocument, type PackageStatus, PackagesDocument } from '../gql/graphql';
import { useRefresh } from '../graphql/LiveProvider';
import { useI18n } from '../i18n/I18n';
import type { Column } from '../queue/description';
import { PACKAGE_VIEWS } from '../queue/packages';
import { useQueue } from '../queue/useQueue';
import { useStable } from '../queue/useStable';
import { WorkQueue } from '../queue/WorkQueue';
import { PackageSteps, type PackageStepsProps } from './PackageSteps';
import { PACKAGES, type SellersPackage } from './packageList';
import type { NextStatuses, Task } from './tasks';

const PackageDetail = lazy(() => import('./PackageDetail'));
const ShipDialog = lazy(() => import('./ShipDialog'));
const EndDialog = lazy(() => import('./EndDialog'));
const SplitDialog = lazy(() => import('./SplitDialog'));
const CancelItemsDialog = lazy(() => import('./CancelItemsDialog'));

interface Opened {
  task: Task;
  pkg: SellersPackage;
}

/** The seller's packages, the longest waiting first, each with the statuses that it can be set to. */
export default function Packages() {
  const { t, enumLabel, language: locale } = useI18n();
  useTitle(t('packages'));
  const view = useView(PACKAGE_VIEWS);
  const chosen = useQueue(PACKAGES);
  const [{ data, error, fetching }, run] = useQuery({
    query: PackagesDocument,
    variables: { ...chosen, locale },
  });
  useRefresh(run);
  const rules = useNextStatuses();
  const nextStatuses = rules ?? NO_RULES;
  const { open, dialog } = usePageDialog<Opened>(({ task, pkg: opened }, ends) => {
    const pkg = data?.packages.nodes.find(({ id }) => id === opened.id) ?? opened; // as it is by now
    if (task.name === 'ship') return <ShipDialog pkg={pkg} {...ends} />;
    if (task.name === 'end') return <EndDialog pkg={pkg} status={task.status} {...ends} />;
    if (task.name === 'split') return <SplitDialog pkg={pkg} {...ends} />;
    return <CancelItemsDialog orderId={pkg.order.id} pkg={pkg} {...ends} />;
  });
  const onTask = useStable((task: Task, pkg: SellersPackage) => open({ task, pkg }));
  const columns = useMemo(
    () => [...PACKAGES.columns, stepColumn(nextStatuses, onTask)],
    [nextStatuses, onTask],
  );
  const labels = { todo: t('toDo'), failed: enumLabel('packageStatus', 'DELIVERY_FAILED'), all: t('all') };
  const none = {
    all: t(view === 'todo' ? 'noPackages' : 'noPackagesFound'),
    filtered: t('noPackagesFound'),
  };
  return (
    <WorkQueue
      title={t('packages')}
      description={PACKAGES}
      columns={columns}
      chosen={chosen}
      found={rules ? data?.packages : undefined} // the buttons would widen their column afterwards
      fetching={fetching}
      error={error}
      onRetry={run}
      none={none}
      detail={(id) => (
        <PackageDetail id={id} nextStatuses={nextStatuses} onTask={onTask} none={none.filtered} />
      )}
      above={
        <>
          <ViewTabs labels={labels} current={view} />
          {dialog}
        </>
      }
    />
  );
}

const stepColumn = (
  nextStatuses: NextStatuses,
  onTask: PackageStepsProps['onTask'],
): Column<SellersPackage> => ({
  id: 'step',
  cell: (pkg) => (
    <div className="actions start">
      <PackageSteps pkg={pkg} nextStatuses={nextStatuses[pkg.status] ?? []} onTask={onTask} />
    </div>
  ),
});

const NO_RULES: NextStatuses = {};

/** The statuses that follow each; null until they are there. */
function useNextStatuses(): NextStatuses | null {
  const [{ data, error }] = useQuery({ query: PackageRulesDocument, requestPolicy: 'cache-first' });
  return useMemo(() => {
    if (!data && !error) return null;
    const nextStatuses: NextStatuses = {};
    for (const { action, from, to, who: roles } of data?.transitions ?? []) {
      if (action !== 'UPDATE_PACKAGE_STATUS' || !from || !roles.includes('SELLER')) continue;
      const source = from as PackageStatus;
      nextStatuses[source] = [...(nextStatuses[source] ?? []), to as PackageStatus];
    }
    return nextStatuses;
  }, [data, error]);
}
