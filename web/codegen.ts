import type { CodegenConfig } from '@graphql-codegen/cli';

// The client preset consists of the same two plugins, but it ships each document as a syntax tree that
// repeats every fragment: five times the size of the texts.
// All documents of one file load together: those of the administration have a file of their own.
const typed = (...documents: string[]) => ({
  documents,
  plugins: ['typescript-operations', 'typed-document-node'],
  config: {
    documentMode: 'graphQLTag',
    gqlImport: '@urql/core#gql',
    pureMagicComment: true,
    enumsAsTypes: true,
    useTypeImports: true,
    strictScalars: true,
    skipTypename: true,
    scalars: {
      CurrencyCode: 'string',
      Cursor: 'string',
      Date: 'string',
      DateTime: 'string',
      Decimal: 'string',
    },
  },
});

const config: CodegenConfig = {
  schema: '../schema/schema.graphql',
  generates: {
    'src/gql/graphql.ts': typed('src/**/*.graphql', '!src/administration/*.graphql'),
    'src/gql/administration.ts': typed('src/administration/*.graphql', 'src/graphql/errors.graphql'),
  },
};

export default config;
