import { useGraphiQL } from '@graphiql/react';
import { headersOf, type Role, type Seat } from './seats';
import { useScheme } from './useScheme';

const TITLES: Record<Role, string> = { CUSTOMER: 'Customer', SELLER: 'Seller', OWNER: 'Owner' };

/** One button for each seat: it puts the seat's token into the headers of the tab. */
export function Seats({ seats }: { seats: Seat[] }) {
  const { editor, headers, actions } = useGraphiQL((state) => ({
    editor: state.headerEditor,
    headers: state.tabs[state.activeTabIndex]?.headers,
    actions: state.actions,
  }));
  useScheme();
  const sit = (seat: Seat) => {
    const text = headersOf(seat, editor?.getValue()) ?? '';
    editor?.setValue(text);
    actions.updateActiveTabValues({ headers: text }); // the editor tells of changes a moment too late
  };
  if (seats.length === 0) return null;
  return (
    <fieldset className="seats">
      <legend>Speak as</legend>
      {seats.map((seat) => (
        <button
          key={seat.role}
          type="button"
          title={seat.name}
          disabled={!editor}
          aria-pressed={headers?.includes(seat.token) ?? false}
          onClick={() => sit(seat)}
        >
          {TITLES[seat.role]}
        </button>
      ))}
    </fieldset>
  );
}
