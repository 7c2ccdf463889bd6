import { useI18n } from '../i18n/I18n';

const MINUTE = 60_000; // ms
const UNITS = [
  ['day', 24 * 60],
  ['hour', 60],
  ['minute', 1],
] as const;

/** How far away a deadline is, in the largest unit that fits. The exact moment is shown on hover. */
export function Due({ at }: { at: string }) {
  const { when, language } = useI18n();
  const minutes = Math.round((Date.parse(at) - Date.now()) / MINUTE);
  const [unit, size] = UNITS.find(([, size]) => Math.abs(minutes) >= size) ?? UNITS[2];
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  return (
    <time dateTime={at} title={when(at)} className={minutes < 0 ? 'late' : undefined}>
      {format.format(Math.trunc(minutes / size), unit)}
    </time>
  );
}
