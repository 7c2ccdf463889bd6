import { ICONS, type IconName } from './icons';

/** A picture that repeats what the text beside it says: screen readers pass over it. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={ICONS[name]} />
    </svg>
  );
}
