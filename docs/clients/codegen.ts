import type { CodegenConfig } from '@graphql-codegen/cli';

/** Generates the types of the operations in src, and the file of their texts for `documents.file` of the gateway. */
const config: CodegenConfig = {
  schema: 'schema.graphql',
  documents: ['src/**/*.ts', '!src/gql/**'],
  generates: {
    'src/gql/': {
      preset: 'client',
      presetConfig: {
        persistedDocuments: {
          mode: 'replaceDocumentWithHash',
          hashPropertyName: 'documentId',
          hashAlgorithm: 'sha256',
        },
      },
      config: {
        documentMode: 'string',
        scalars: { AccountId: 'string', DateTime: 'string' },
        strictScalars: true,
        useTypeImports: true,
        importExtension: '.ts',
        emitLegacyCommonJSImports: false,
      },
    },
  },
};

export default config;
