import { z } from 'zod'
import { words } from './statements.js'

/** Values of the sector that a plant is compared with. None comes with the program: each is stated with its source. */

/** Intensities of a period that a report has, by their KPI. */
export const BENCHMARKED_KPIS = ['sec', 'sec_tce', 'carbon_per_unit', 'carbon_per_kwh', 'water_intensity'] as const
export type BenchmarkedKpi = (typeof BENCHMARKED_KPIS)[number]

/** Levels of norms of energy consumption in China: 1 is advanced, 2 is for new plants, 3 is the limit; `sector` is a mean. */
export const BENCHMARK_LEVELS = ['advanced', 'access', 'limit', 'sector'] as const
export type BenchmarkLevel = (typeof BENCHMARK_LEVELS)[number]

const benchmark = z.strictObject({
  kpi: z.enum(BENCHMARKED_KPIS).describe('figure that is compared'),
  level: z
    .enum(BENCHMARK_LEVELS)
    .describe(
      'advanced (level 1), access (level 2) and limit (level 3) of a norm of energy consumption, or the mean of the sector',
    ),
  value: z.number().positive().max(1e12).describe('in the unit of the figure'),
  of: words.optional().describe('what it is stated for, such as a product and its size'),
  source: z.string().min(1).max(300).describe('document and place where it stands, such as GB 21256-2013, table 1'),
})

/** Key of a plant; composed into its options. */
export const benchmarkOptions = {
  benchmarks: z
    .array(benchmark)
    .max(50)
    .default([])
    .describe('values of the sector, each with its source: reports show them beside the figures of the plant'),
}
