import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import '@graphiql/plugin-explorer/style.css';
import './style.css';
import { explorerPlugin } from '@graphiql/plugin-explorer';
import { HISTORY_PLUGIN } from '@graphiql/plugin-history';
import { GraphiQL } from 'graphiql';
import { createRoot } from 'react-dom/client';
import { exampleTabs } from './examples';
import { fetcher } from './fetcher';
import { lastTab } from './kept';
import { Seats } from './Seats';
import { headersOf, renewKept, takeSeats } from './seats';

const plugins = [HISTORY_PLUGIN, explorerPlugin({ showAttribution: false })];

const config = (await (await fetch('/console/config.json')).json()) as {
  demo: boolean;
  introspection: boolean;
};
const seats = config.demo ? await takeSeats() : [];
renewKept(seats, localStorage);
const tabs = await exampleTabs(seats);

const root = document.getElementById('root');
if (!root) throw new Error('The page has no root.');
createRoot(root).render(
  <>
    <h1>GraphiQL of Retour</h1>
    <GraphiQL
      fetcher={fetcher}
      {...(config.introspection ? {} : { schema: null })} // it would only ask in vain
      plugins={plugins}
      defaultTabs={tabs}
      defaultHeaders={headersOf(seats[0]) ?? ''}
      {...lastTab(localStorage)}
      defaultEditorToolsVisibility
      shouldPersistHeaders={seats.length > 0} // tokens of the demo may be kept; those of people are not
    >
      <GraphiQL.Logo>
        <Seats seats={seats} />
      </GraphiQL.Logo>
      {!config.introspection && (
        <GraphiQL.Footer>
          <p className="hidden-schema" role="note">
            This server keeps its schema to itself: operations run, but there is no completion, documentation
            or explorer. The schema is in the repository, as schema/schema.graphql.
          </p>
        </GraphiQL.Footer>
      )}
    </GraphiQL>
  </>,
);
