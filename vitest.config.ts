import { availableParallelism } from 'node:os'
import { relative } from 'node:path'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import { SOON_MS } from './test/support/soon.js'

/**
 * Files that take longest, in the order in which they are begun; all others follow. Begun last, one of them would keep
 * one core busy while the others have nothing left to do. Those that compute stand between those that wait for servers.
 * The house rules come before everything: they name most mistakes within seconds.
 */
const FIRST = [
  'test/tidy.test.ts',
  // The slow ones that nobody waits in.
  'test/unit/kpi/back-fill.test.ts',
  'test/unit/audit/verify/savings.test.ts',
  'test/property/kpi.order.test.ts',
  'test/property/profile-shapes.property.test.ts',
  'test/unit/insight/series-work.test.ts',
  'test/unit/kpi/watched.test.ts',
  'test/unit/kpi/subject-in-parts.test.ts',
  // Those that are deep.
  'test/integration/simulate.test.ts',
  'test/integration/simulate-faults.test.ts',
  'test/cross-check/cross-check.test.ts',
  'test/integration/golden-series.test.ts',
  'test/faults/removal-kills.test.ts',
  'test/faults/kill.test.ts',
  'test/faults/influx.test.ts',
  'test/faults/start-refused.test.ts',
  'test/faults/uncaught.test.ts',
  'test/integration/cluster-node.test.ts',
  'test/integration/steel.test.ts',
  'test/faults/archive.test.ts',
  // Those that are slow, computing ones and waiting ones by turns.
  'test/browser/every-form.test.ts',
  'test/integration/influx.test.ts',
  'test/browser/outage.test.ts',
  'test/integration/import.test.ts',
  'test/integration/opcua.test.ts',
  'test/browser/newcomers.test.ts',
  'test/integration/opcua-open62541.test.ts',
  'test/browser/configuration.test.ts',
  'test/integration/carbon-market.test.ts',
  'test/browser/reports.test.ts',
  'test/integration/access-matrix.test.ts',
  'test/browser/pages.test.ts',
  'test/integration/profiles.test.ts',
  'test/integration/hostile-texts.test.ts',
  'test/integration/adopted-later.test.ts',
  'test/integration/mqtt5-floods.test.ts',
  'test/browser/first-run.test.ts',
  'test/browser/dashboard.test.ts',
  'test/faults/fdatasync-before-puback.test.ts',
  'test/integration/config-edit.test.ts',
  'test/browser/journeys.test.ts',
  'test/integration/scheduled-documents.test.ts',
  'test/integration/reports.test.ts',
  'test/integration/external-broker.test.ts',
  // Those of `npm test`.
  'test/integration/feed.test.ts',
  'test/browser/first-report.test.ts',
  'test/browser/machines.test.ts',
  'test/integration/tls.test.ts',
  'test/browser/overview.test.ts',
  'test/browser/model-file.test.ts',
]

/** These look at the memory of their process, which says something only of one that has done nothing else. */
const ALONE = [
  'test/faults/clock-reset.test.ts',
  'test/integration/hj212-connections.test.ts',
  'test/integration/quiet-clients.test.ts',
]

/** No test is about time: what takes so long on the busiest machine hangs, ms. */
const TEST_MS = 600_000
const COMMON = {
  testTimeout: TEST_MS,
  hookTimeout: TEST_MS,
  expect: { poll: { timeout: SOON_MS } },
  // Only the deep run has an end, and it says so.
  ...(process.env.DEEP_END_MS === undefined ? {} : { runner: 'test/deep/in-time-runner.ts' }),
}

/** Tests that start programs wait for them, for servers and for timeouts about half of their time. `freePort` has ports for sixteen processes. */
const WAITING_WORKERS = 2 * availableParallelism()

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const place = FIRST.indexOf(relative(import.meta.dirname, moduleId))
      return place === -1 ? FIRST.length : place
    }
    const group = ({ project }: TestSpecification): number => project.config.sequence.groupOrder
    return (await super.sort(files)).sort((a, b) => group(a) - group(b) || rank(a) - rank(b))
  }
}

export default defineConfig({
  test: {
    globalSetup: 'test/support/own-temp-folder.ts',
    maxWorkers: Math.ceil(1.5 * availableParallelism()),
    sequence: { sequencer: LongestFirst },
    // docs/decisions/062-which-test-runs-where.md says which these are; a file is tagged with `// @module-tag slow` or `deep`.
    tags: [
      { name: 'slow', description: 'what `npm run test:slow` runs and `npm test` does not', timeout: TEST_MS },
      { name: 'deep', description: 'what `npm run test:deep` runs and `npm test` does not', timeout: TEST_MS },
    ],
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
          ...COMMON,
          // No test leaves anything behind, so the modules are loaded once for all of them.
          isolate: false,
          setupFiles: 'test/support/own-seed.ts',
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'whole',
          include: ['integration', 'faults', 'browser', 'cross-check'].map((folder) => `test/${folder}/**/*.test.ts`),
          exclude: ALONE,
          ...COMMON,
          // The programs they test run in processes of their own.
          isolate: false,
          setupFiles: 'test/support/own-umask.ts',
          maxWorkers: WAITING_WORKERS,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: 'alone',
          include: ALONE,
          ...COMMON,
          isolate: true,
          maxWorkers: WAITING_WORKERS,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
})
