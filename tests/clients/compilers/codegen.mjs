// graphql-codegen on the printed schema: types of the schema, of the operations, and typed documents, in one file.
// Arguments: the schema, the file to write.
import { codegen } from '@graphql-codegen/core';
import * as typedDocumentNode from '@graphql-codegen/typed-document-node';
import * as typescript from '@graphql-codegen/typescript';
import * as operations from '@graphql-codegen/typescript-operations';
import { parse } from 'graphql';
import { readFileSync, writeFileSync } from 'node:fs';

const [schema, filename] = process.argv.slice(2);
const location = new URL('documents.graphql', import.meta.url);
const text = await codegen({
  filename,
  schema: parse(readFileSync(schema, 'utf8')),
  documents: [{ location: location.pathname, document: parse(readFileSync(location, 'utf8')) }],
  config: { strictScalars: true, useTypeImports: true, enumsAsTypes: true, scalars: {
    Date: 'string', DateTime: 'string', Decimal: 'string', CurrencyCode: 'string', Cursor: 'string',
  } },
  plugins: [{ typescript: {} }, { operations: {} }, { documents: {} }],
  pluginMap: { typescript, operations, documents: typedDocumentNode },
});
writeFileSync(filename, text);
console.log(JSON.stringify({ lines: text.split('\n').length }));
