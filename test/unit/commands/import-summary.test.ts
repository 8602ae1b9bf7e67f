/** Proves that a summary says what a person would not see otherwise: readings of which only one can be kept. */
import { expect, test } from 'vitest'
import type { Reading } from '../../../src/base/reading.js'
import { HistoryJudge } from '../../../src/commands/import/history-judge.js'
import { chunksOf } from '../../../src/commands/import/import-file.js'
import { ImportSummary } from '../../../src/commands/import/import-summary.js'
import { mappingSchema } from '../../../src/commands/import/mapping.js'
import { openHistory } from '../../../src/commands/import/open-history.js'
import { resultLines } from '../../../src/commands/import/summary-text.js'
import { ImportFolder } from '../../support/history-files.js'

const reading = (ts: number, value: number) =>
  ({ plant: 'works', line: 'hall', device: 'm-1', metric: 'elec_import_kwh', unit: 'kWh', ts, value }) as Reading

const T = 1_700_000_000_000

test.each([
  ['oldest first', [T, T, T, T + 1, T + 1, T + 2], 3],
  ['newest first', [T + 2, T + 1, T + 1, T], 1],
  ['each of its own', [T, T + 1, T + 2], 0],
])('readings of one series at one time are told, %s', (_, times, repeated) => {
  const summary = new ImportSummary()
  summary.take(times.map(reading))
  expect(summary.series[0]).toMatchObject({ readings: times.length, repeated })
  const [line] = resultLines({ name: 'a.csv', sha256: '', summary, state: 'looked_at' }, []).slice(3)
  if (repeated === 0) expect(line).not.toContain('keeps one')
  else expect(line).toContain(`; ${repeated} of a time that the series had already: the gateway keeps one`)
})

test('a column of the mapping that a file has twice is told', async () => {
  const file = new ImportFolder().write('a.csv', 't,kwh,x,kwh,x\n1700000000000,1,2,3,4\n')
  const mapping = mappingSchema.parse({
    ...{ time: { column: 't', format: 'epoch_ms' }, plant: 'works', line: 'hall', device: 'm-1' },
    values: [{ column: 'kwh', metric: 'elec_import_kwh', unit: 'kWh' }],
  })
  const summary = new ImportSummary()
  const judge = new HistoryJudge({ config: { plants: [] }, hash: '', content: '{}' } as never)
  for await (const _ of chunksOf({ name: 'a.csv', file: await openHistory(file, mapping), mapping, judge, summary }));
  expect(summary.series).toMatchObject([{ readings: 1, least: 1 }])
  expect(resultLines({ name: 'a.csv', sha256: '', summary, state: 'looked_at' }, mapping.values)).toContain(
    '  column "kwh" stands there more than once: the first one counts',
  )
})
