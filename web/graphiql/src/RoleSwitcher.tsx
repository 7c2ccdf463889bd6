import { useGraphiQL } from '@graphiql/react';
import { type Account, headersOf, type Role } from './accounts';
import { useColorScheme } from './useColorScheme';

const ROLE_NAMES: Record<Role, string> = { CUSTOMER: 'Customer', SELLER: 'Seller', OWNER: 'Owner' };

/** A button for each role. It puts the token of the role's account into the headers of the tab. */
export function RoleSwitcher({ accounts }: { accounts: Account[] }) {
  const { editor, headers, actions } = useGraphiQL((state) => ({
    editor: state.headerEditor,
    headers: state.tabs[state.activeTabIndex]?.headers,
    actions: state.actions,
  }));
  useColorScheme();
  const switchTo = (account: Account) => {
    const text = headersOf(account, editor?.getValue()) ?? '';
    editor?.setValue(text);
    actions.updateActiveTabValues({ headers: text }); // the editor reports changes with a delay
  };
  if (accounts.length === 0) return null;
  return (
    <fieldset className="roles">
      <legend>Run as</legend>
      {accounts.map((account) => (
        <button
          key={account.role}
          type="button"
          title={account.name}
          disabled={!editor}
          aria-pressed={headers?.includes(account.token) ?? false}
          onClick={() => switchTo(account)}
        >
          {ROLE_NAMES[account.role]}
        </button>
      ))}
    </fieldset>
  );
}
