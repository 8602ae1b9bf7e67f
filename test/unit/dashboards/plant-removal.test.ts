import { expect, test } from 'vitest'
import { removalSummary } from '../../../dashboards/src/plant/removal-summary.js'

const going = (device: string, readings: number, first: string | null) => ({
  ...{ line: 'l', device, readings, last_seen: null, first_reading: first },
})

test('what goes of a plant is counted from its oldest reading on, and what stays is named by reason and report', () => {
  const answer = {
    devices: [
      going('a', 2, '2026-03-02T00:00:00.000Z'),
      going('b', 3, '2026-03-01T00:00:00.000Z'),
      going('c', 0, null),
    ],
    refused: [
      { device: 'd', reason: 'reported' as const, report: 'r v1' },
      { device: 'e', reason: 'configured' as const },
      { device: 'f', reason: 'reported' as const, report: 'r v1' },
      { device: 'g', reason: 'reported' as const, report: 's v1' },
    ],
    dry_run: true,
  }
  expect(removalSummary(answer)).toEqual({
    devices: 3,
    readings: 5,
    sinceMs: Date.parse('2026-03-01T00:00:00.000Z'),
    stays: [
      { reason: 'reported', report: 'r v1', devices: ['d', 'f'] },
      { reason: 'configured', report: '', devices: ['e'] },
      { reason: 'reported', report: 's v1', devices: ['g'] },
    ],
  })
})

test('of devices that sent no reading nothing is said of a first one', () => {
  expect(removalSummary({ devices: [going('a', 0, null)], refused: [], dry_run: true }).sinceMs).toBeNull()
})
