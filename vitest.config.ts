import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Properties take seconds on a machine that does much besides.
    testTimeout: 60_000,
    typecheck: { enabled: true, include: ['test/**/*.test-d.ts'], tsconfig: './tsconfig.json' },
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      // Types only.
      exclude: ['src/grammar/**/ast.ts', 'src/stream/socket.ts'],
      reporter: ['text-summary', 'html'],
      // One function for each rule of a grammar: every rule is exercised. A test asks for an example of each long literal.
      thresholds: { 'src/grammar/**/*.ts': { functions: 100 } },
    },
  },
})
