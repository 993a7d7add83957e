import type { CodegenConfig } from '@graphql-codegen/cli'

const config: CodegenConfig = {
  schema: 'schema.graphql',
  documents: 'operations/*.graphql',
  // As Node and browsers find modules: with their extension.
  importExtension: '.js',
  generates: {
    'generated/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: {
        // Documents are texts: no part of the package graphql goes to the browser.
        documentMode: 'string',
        enumsAsTypes: true,
        useTypeImports: true,
        // JavaScript's numbers would round a Decimal: texts keep each digit. A scalar that is not here is an error.
        strictScalars: true,
        scalars: {
          ID: 'string',
          Decimal: 'string',
          Date: 'string',
          DateTime: 'string',
          JSON: 'Record<string, unknown>',
        },
      },
    },
  },
}

export default config
