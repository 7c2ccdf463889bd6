import type { PackageFieldsFragment } from '../gql/graphql';

/** How many units of an item somebody wants to cancel or return, and why. */
export interface ItemSelection {
  units: number;
  reason: string | null;
  note: string;
}

/** An item of which units can be selected, with the reasons that there are. */
export type SelectableItem = Pick<PackageFieldsFragment['items'][number], 'name' | 'eligibility'>;

export const newSelection = (item: SelectableItem): ItemSelection => ({
  units: item.eligibility?.quantity ?? 1,
  reason: null,
  note: '',
});

/** The line of a command for a selected item. The server says what is missing. */
export const itemInput = (orderItemId: string, { units, reason, note }: ItemSelection) => ({
  orderItemId,
  quantity: units,
  reason: reason ?? '',
  note: note.trim() || null,
});
