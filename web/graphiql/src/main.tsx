import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import '@graphiql/plugin-explorer/style.css';
import './style.css';
import { explorerPlugin } from '@graphiql/plugin-explorer';
import { HISTORY_PLUGIN } from '@graphiql/plugin-history';
import { GraphiQL } from 'graphiql';
import { createRoot } from 'react-dom/client';
import { headersOf, renewSavedTokens, signInToDemo } from './accounts';
import { exampleTabs } from './examples';
import { fetcher } from './fetcher';
import { lastTab } from './lastTab';
import { MadeRequest } from './MadeRequest';
import { RoleSwitcher } from './RoleSwitcher';

const plugins = [HISTORY_PLUGIN, explorerPlugin({ showAttribution: false })];

const config = (await (await fetch('/console/config.json')).json()) as {
  demo: boolean;
  introspection: boolean;
};
const accounts = config.demo ? await signInToDemo() : [];
renewSavedTokens(accounts, localStorage);
const tabs = await exampleTabs(accounts);

const root = document.getElementById('root');
if (!root) throw new Error('The page has no root.');
createRoot(root).render(
  <>
    <h1>Retour GraphiQL</h1>
    <GraphiQL
      fetcher={fetcher}
      {...(config.introspection ? {} : { schema: null })} // introspection would be refused
      plugins={plugins}
      defaultTabs={tabs}
      defaultHeaders={headersOf(accounts[0]) ?? ''}
      {...lastTab(localStorage)}
      defaultEditorToolsVisibility
      shouldPersistHeaders={accounts.length > 0} // saves tokens of the demo, but never those of real people
    >
      <GraphiQL.Logo>
        <RoleSwitcher accounts={accounts} />
        <MadeRequest />
      </GraphiQL.Logo>
      {!config.introspection && (
        <GraphiQL.Footer>
          <p className="hidden-schema" role="note">
            This server does not show its schema: operations run, but completion, documentation and explorer
            are not available. The schema is in the repository, in schema/schema.graphql.
          </p>
        </GraphiQL.Footer>
      )}
    </GraphiQL>
  </>,
);
