import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

/** Who may import whom (docs/architecture.md): runtime and deploy meet only in contract and slo. */
export const depConstraints = [
  // The shared parts have no npm dependency beyond one schema library; vitest is for their tests.
  { sourceTag: 'part:contract', onlyDependOnLibsWithTags: [], allowedExternalImports: ['zod', 'vitest', 'vitest/*'] },
  {
    sourceTag: 'part:slo',
    onlyDependOnLibsWithTags: ['part:contract'],
    allowedExternalImports: ['vitest', 'vitest/*'],
  },
  {
    // Pages and plots: whoever reports uses it, so that it knows nothing of what is reported.
    sourceTag: 'part:report',
    onlyDependOnLibsWithTags: ['part:command-line'],
    allowedExternalImports: ['@observablehq/plot', 'linkedom', 'playwright-core', 'vitest', 'vitest/*'],
  },
  {
    // What every program of this workspace needs of its system, whatever it does.
    sourceTag: 'part:command-line',
    onlyDependOnLibsWithTags: [],
    allowedExternalImports: ['vitest', 'vitest/*'],
  },
  {
    sourceTag: 'scope:runtime',
    onlyDependOnLibsWithTags: ['part:telemetry', 'part:contract'],
    bannedExternalImports: ['cdk8s*', 'constructs', '@kubernetes-models/*', 'kubernetes-models', '@grafana/*'],
  },
  {
    sourceTag: 'scope:deploy',
    onlyDependOnLibsWithTags: ['part:contract', 'part:slo', 'part:charts'],
    bannedExternalImports: ['@nestjs/*', '@opentelemetry/*', '@willsoto/*', 'prom-client'],
  },
  {
    sourceTag: 'scope:tool',
    onlyDependOnLibsWithTags: ['part:command-line', 'part:contract', 'part:slo', 'part:report'],
    bannedExternalImports: ['@nestjs/*', '@opentelemetry/*', 'cdk8s*', 'constructs'],
  },
  {
    // What is measured has to be imported, whatever part it is; nobody imports the bench.
    sourceTag: 'scope:bench',
    onlyDependOnLibsWithTags: [
      'part:contract',
      'part:slo',
      'part:telemetry',
      'part:charts',
      'part:report',
      'part:command-line',
    ],
  },
];

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '.nx/**', '**/fixtures/**'] },
  ...tseslint.configs.recommended,
  {
    files: ['{apps,libs}/*/**/*.ts', 'tools/**/*.ts'],
    // Each project is linted from its own folder, so that only its own types are loaded.
    languageOptions: { parserOptions: { project: 'tsconfig.test.json', tsconfigRootDir: process.cwd() } },
    rules: {
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      eqeqeq: 'error',
    },
  },
  {
    files: ['{apps,libs}/*/src/**/*.ts', 'tools/src/**/*.ts'],
    plugins: { '@nx': nx },
    rules: {
      '@nx/enforce-module-boundaries': ['error', { enforceBuildableLibDependency: true, allow: [], depConstraints }],
    },
  },
);
