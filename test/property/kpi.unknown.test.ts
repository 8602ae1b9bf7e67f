import { describe, expect, test } from 'vitest'
import type { EventType } from '../../src/base/events.js'
import { CATALOGUE } from '../../src/kpi/catalogue.js'
import { KPIS } from '../../src/kpi/formulas.js'
import type { Point } from '../../src/kpi/windows/point.js'
import { Bench } from '../support/engine.js'
import { DAY_MS } from '../support/random-plants.js'
import { richEvents } from '../support/rich-events.js'
import { type Rich, richPlant, WHOLE_PLANT } from '../support/rich-plants.js'
import { wholeReadings } from '../support/rich-readings.js'

const FROM_MS = Date.parse('2025-06-30T16:00:00Z')
const PIECES = ['parts_total', 'parts_good', 'parts_reject']
const ENERGY = ['elec_import_kwh', 'elec_submeter_kwh', 'elec_import_kw']

/** The metrics and events that any member of a term is made of. */
function sentFor(term: string): readonly string[] {
  if (['pieces', 'pieces_good', 'pieces_reject', 'good_units'].includes(term)) return PIECES
  if (['elec_import_kwh', 'machine_energy', 'child_energy'].includes(term)) return ENERGY
  if (term === 'robot_state') return ['state']
  if (term === 'robot_mode') return ['op_mode']
  const [, pollutant] = /^(nox|so2|pm|co)_(?:concentration|at_reference)$/.exec(term) ?? []
  // A stack that stands still gives off nothing, whatever its analysers say.
  if (pollutant !== undefined) return [`${pollutant}_mgm3`, `${pollutant}_ref_mgm3`, 'stack_running']
  return [term.replace(/^(stationary|mobile|replaced|measured|purchased)\//, '')]
}

/** Every figure of the whole plant, or of it without some metrics and events. */
async function figures(
  of: Partial<Rich>,
  { count, without, kpis }: { count: number; without: ReadonlySet<string>; kpis?: readonly string[] },
): Promise<Point[]> {
  const everyS = 1200
  const readings = wholeReadings(FROM_MS, everyS, count, without)
  const types: readonly EventType[] = [
    'order',
    'measure',
    'serial_result',
    'fuel_used',
    'refrigerant_refill',
    'process_input',
  ]
  const happened = Array.from({ length: 30 }, (_, n) => ({ afterMin: n < 3 ? 0 : 7, type: types[n % 6]!, n }))
  const events = richEvents(happened, readings, FROM_MS).filter(({ type }) => !without.has(`event/${type}`))
  const plant = richPlant('Asia/Shanghai', { ...WHOLE_PLANT, ...of })
  const bench = await Bench.open([kpis === undefined ? plant : { ...plant, kpis: [...kpis] }], FROM_MS - DAY_MS)
  try {
    await bench.commit(readings, events)
    bench.tick(FROM_MS + 2 * DAY_MS + 1_000_000)
    await bench.settle()
    return await bench.points()
  } finally {
    await bench.close()
  }
}

describe('a plant that has everything', () => {
  test('has a value of nearly every figure of the catalogue', { tags: ['deep'] }, async () => {
    const points = [
      ...(await figures({}, { count: 75, without: new Set() })),
      // A measured emission is not reckoned from fuel, and gases apart from CO2 are those of IPCC.
      ...(await figures(
        { carbon: { method: 'measurement', combustion: 'ipcc' } },
        { count: 75, without: new Set(), kpis: CATALOGUE.map(({ id }) => id).filter((id) => id.startsWith('scope1')) },
      )),
    ]
    const valued = new Set(points.flatMap(({ stream, value }) => (value === null ? [] : stream.kpi)))
    const missing = CATALOGUE.map(({ id }) => id).filter((id) => !valued.has(id))
    expect(missing.length / CATALOGUE.length, `no value of ${missing.join(', ')}`).toBeLessThanOrEqual(0.1)
  })
})

/**
 * Known by the configuration alone, or of what nobody knows: a time account is never null, the electricity of a machine of
 * which no state is known is that of the unknown state, and of an analyser that is silent no hour is valid.
 */
const ALL_THE_SAME = /^(time_.*|(kwh|co2e|cost)_unknown|robot_density|automation_share|valid_capture_.*)$/

/** Metrics and events that have to be missing so that a KPI lacks something it needs: one set for each need. */
const LACKS = new Map<string, { readonly without: ReadonlySet<string>; readonly kpis: string[] }>()
for (const { id, needs, needsAny } of KPIS) {
  if (ALL_THE_SAME.test(id)) continue
  const lacks = needs.map((term) => sentFor(term))
  if (needsAny.length > 0) lacks.push(needsAny.flatMap((term) => sentFor(term)))
  for (const lack of lacks) {
    const without = new Set([...lack].sort())
    const key = [...without].join(' ')
    const known = LACKS.get(key) ?? { without, kpis: [] }
    known.kpis.push(id)
    LACKS.set(key, known)
  }
}

describe('what is not known is never 0', () => {
  const lacks = [...LACKS].map(([names, lack]) => ({ names, ...lack }))
  const valuesOf = (points: readonly Point[]) => {
    const valued = points.filter(({ value }) => value !== null)
    const told = valued.map(
      ({ stream, value }) => `${stream.scope} ${stream.id} ${stream.kpi} ${stream.window} ${value}`,
    )
    return [...new Set(told)].slice(0, 12)
  }

  const staysUnknown = async ({ without, kpis }: (typeof lacks)[number]) => {
    const listed = await figures({}, { count: 7, without, kpis })
    expect(valuesOf(listed)).toEqual([])
    for (const { value, reason } of listed) expect(value === null).toBe(reason !== '')
  }
  const NAME = 'nothing that needs $names has a value without it'
  // A third of them, spread over the catalogue, are looked at each time; the deep run has the others.
  const [quick, others] = [true, false].map((isQuick) => lacks.filter((_, i) => (i % 3 === 0) === isQuick))
  test.each(quick!)(NAME, staysUnknown)
  test.each(others!)(NAME, { tags: ['deep'] }, staysUnknown)

  test.each(lacks)(
    'nothing that needs $names has a value without it where devices are not listed',
    { tags: ['deep'] },
    async ({ without, kpis }) => {
      expect(valuesOf(await figures({ listsAll: false }, { count: 7, without, kpis }))).toEqual([])
    },
  )
})
