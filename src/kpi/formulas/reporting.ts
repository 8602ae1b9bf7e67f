import { type Basis, FROM_HOURS, figure, type Kpi, kpi, WHOLE } from './recipe.js'

/** How well devices report. */
export const REPORTING: readonly Kpi[] = [
  kpi(
    {
      id: 'data_completeness',
      name: { en: 'Data completeness', zh: '数据完整率' },
      unit: '1',
      formula: 'Σ min(received, expected) / Σ expected, over the metrics of all devices',
      source: 'KPI specification §3',
      confidence: 'project',
      example: 'period 60 s, 57 samples in an hour: 57 / 60 = 0.95',
      pillar: 'intelligent',
      shape: 'ratio',
      windows: FROM_HOURS,
      scopes: WHOLE,
      members: 'every known metric of every device that sends in a period; expected is the time divided by period_s',
      nulls: 'no_denominator when nothing was due',
    },
    {
      total: countsOf,
      add: (a, b) => ({ received: a.received + b.received, expected: a.expected + b.expected }),
      figure: ({ received, expected }) => figure(received, expected, { coverage: 1, estimatedShare: 0, flags: 0 }),
    },
  ),
]

function countsOf(basis: Basis): { received: number; expected: number } {
  let received = 0
  let expected = 0
  for (const count of basis.counts()) {
    received += Math.min(count.received, count.expected)
    expected += count.expected
  }
  return { received, expected }
}
