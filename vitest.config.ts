import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    // Vitest leaves one core free for whoever waits; here nobody else is at work.
    maxWorkers: '100%',
    projects: [
      {
        test: {
          name: 'fast',
          include: [
            'test/tidy.test.ts',
            'test/unit/**/*.test.ts',
            'test/property/**/*.test.ts',
            'test/conformance/**/*.test.ts',
          ],
          testTimeout: 30_000,
          // No test leaves anything behind, so the modules are loaded once for all of them.
          isolate: false,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'whole',
          include: ['test/integration/**/*.test.ts', 'test/faults/**/*.test.ts', 'test/browser/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
})
