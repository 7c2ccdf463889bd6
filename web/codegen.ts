import type { CodegenConfig } from '@graphql-codegen/cli';

// The client preset would do, but it ships each document as a ready-made syntax tree with every fragment in it
// again, five times the size of the texts; these are the same two plugins that it consists of.
const config: CodegenConfig = {
  schema: '../schema/schema.graphql',
  documents: 'src/**/*.graphql',
  generates: {
    'src/gql/graphql.ts': {
      plugins: ['typescript-operations', 'typed-document-node'],
      config: {
        documentMode: 'graphQLTag',
        gqlImport: '@urql/core#gql',
        pureMagicComment: true,
        enumsAsTypes: true,
        useTypeImports: true,
        strictScalars: true,
        skipTypename: true,
        scalars: { CurrencyCode: 'string', Cursor: 'string', DateTime: 'string', Decimal: 'string' },
      },
    },
  },
};

export default config;
