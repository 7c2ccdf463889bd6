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
import { createFetcher } from './fetcher';
import { lastTab } from './lastTab';
import { MadeRequest } from './MadeRequest';
import { RoleSwitcher } from './RoleSwitcher';
import { faultOf, fetchJson } from './readable';

const plugins = [HISTORY_PLUGIN, explorerPlugin({ showAttribution: false })];

const root = document.getElementById('root');
if (!root) throw new Error('The page has no root.');
const page = createRoot(root);

/** What the page needs to know of the server before it opens. */
async function start() {
  const config = (await (await fetchJson('/console/config.json')).json()) as {
    demo: boolean;
    introspection: boolean;
  };
  const accounts = config.demo ? await signInToDemo() : [];
  renewSavedTokens(accounts, localStorage);
  return { config, accounts, tabs: await exampleTabs(accounts) };
}

const LOOK_AGAIN = 2000; // ms

/** Opens the page, once the server is there. */
async function open(): Promise<void> {
  try {
    page.render(pageWith(await start()));
  } catch (error) {
    page.render(
      <p className="fault" role="alert">
        {faultOf(error, false).errors?.[0]?.message} This page opens by itself.
      </p>,
    );
    setTimeout(open, LOOK_AGAIN);
  }
}

const pageWith = ({ config, accounts, tabs }: Awaited<ReturnType<typeof start>>) => (
  <>
    <h1>Retour GraphiQL</h1>
    <GraphiQL
      fetcher={createFetcher(config.demo)}
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
  </>
);

void open();
