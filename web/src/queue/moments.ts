import type { FilterField } from './description';

const HOUR = 3_600_000; // ms

/** Until when a deadline ends for it to be listed. */
const DEADLINES: Record<string, number> = { past: 0, today: 24 * HOUR, days: 7 * 24 * HOUR };

export const DEADLINE_IDS = ['past', 'today', 'days'] as const;

export const deadline = (id: string) => new Date(Date.now() + (DEADLINES[id] ?? 0)).toISOString();

/** When a day begins in the viewer's zone, or the day after it; as it is if it is no day, so that the server says so. */
export function dayStart(day: string, later = 0): string {
  const start = new Date(`${day}T00:00`);
  if (Number.isNaN(start.getTime())) return day;
  start.setDate(start.getDate() + later);
  return start.toISOString();
}

/** Between which days the order was placed. */
export const placedFilters: readonly FilterField<{ placedAfter?: string; placedBefore?: string }>[] = [
  { name: 'from', by: 'day', more: true, filter: (day) => ({ placedAfter: dayStart(day) }) },
  { name: 'to', by: 'day', more: true, filter: (day) => ({ placedBefore: dayStart(day, 1) }) },
];

/** Between which days something was created, for lists whose filter calls it so. */
export const createdFilters: readonly FilterField<{ createdAfter?: string; createdBefore?: string }>[] = [
  { name: 'from', by: 'day', more: true, filter: (day) => ({ createdAfter: dayStart(day) }) },
  { name: 'to', by: 'day', more: true, filter: (day) => ({ createdBefore: dayStart(day, 1) }) },
];
