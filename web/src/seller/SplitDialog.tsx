import { useState } from 'react';
import { ConfirmDialog } from '../components/ConfirmDialog';
import { CommandError } from '../components/feedback';
import { QuantityField } from '../components/QuantityField';
import { useCommand } from '../components/useCommand';
import type { DialogEnds } from '../components/usePageDialog';
import { type PackageFieldsFragment, SplitPackageDocument } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';

/** Asks which units go into a new package. At least one has to stay. */
export default function SplitDialog({ pkg, onDone, onClose }: DialogEnds & { pkg: PackageFieldsFragment }) {
  const { t, language: locale } = useI18n();
  const { send, busy, failure, clearFailure } = useCommand(SplitPackageDocument);
  const [units, setUnits] = useState<Record<string, number>>({});
  const choices = pkg.items.filter((item) => item.active > 0);
  const moved = choices.filter((item) => units[item.id]);
  const split = async () => {
    const items = moved.map(({ id }) => ({ orderItemId: id, quantity: units[id] ?? 0 }));
    const answer = await send({ input: { packageId: pkg.id, items, expectedVersion: pkg.version }, locale });
    if (!answer) return;
    onClose();
    const number = answer.splitPackage.newPackage?.number ?? '';
    onDone(t('splitDone', { number: pkg.number, next: number }));
  };
  return (
    <ConfirmDialog
      title={t('splitTitle', { number: pkg.number })}
      confirmLabel={t('splitPackage')}
      closeLabel={t('goBack')}
      busy={busy}
      canConfirm={moved.length > 0}
      onConfirm={split}
      onClose={onClose}
    >
      <p>{t('splitText')}</p>
      {choices.map(({ id, name, active }) => (
        <QuantityField
          key={id}
          label={t('movedUnits', { name, count: active })}
          value={units[id] ?? 0}
          min={0}
          max={active}
          onChange={(quantity) => {
            clearFailure();
            setUnits({ ...units, [id]: quantity });
          }}
        />
      ))}
      <CommandError failure={failure} nameOf={(index) => moved[index]?.name} />
    </ConfirmDialog>
  );
}
