import type { ItemFieldsFragment } from '../gql/graphql';

/** How many units of an item somebody wants to cancel or return, and why. */
export interface ItemSelection {
  units: number;
  reason: string | null;
  note: string;
}

export const newSelection = (item: Pick<ItemFieldsFragment, 'eligibility'>): ItemSelection => ({
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
