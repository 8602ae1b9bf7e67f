import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { SCOPES, WINDOWS } from '../../../src/base/kpi.js'
import { METRIC_CLASSES } from '../../../src/base/metrics.js'
import { CATALOGUE } from '../../../src/kpi/catalogue.js'
import { askingPanels, GRAFANA, readBoards } from '../../support/grafana.js'

const boards = readBoards()
const queries = boards.flatMap((board) =>
  askingPanels(board).flatMap((panel) =>
    panel.targets.map((target) => ({
      name: `${board.uid}: ${panel.title}, ${target.refId}`,
      board,
      panel,
      query: target.query,
    })),
  ),
)

const KPI_TAGS = ['plant', 'scope', 'id', 'kpi']
const KPI_FIELDS = [
  ...['value', 'valid', 'reason', 'numerator', 'denominator', 'coverage', 'estimated_share', 'provisional', 'rev'],
  ...['flags', 'factors'],
]
const READING_TAGS = ['plant', 'line', 'device']
const READING_FIELDS = ['quality', 'state', '$metric']
/** Names that Grafana has for the units of the catalogue. */
const UNITS: Readonly<Record<string, readonly string[]>> = {
  kWh: ['kwatth'],
  kW: ['kwatt'],
  'mg/Nm3': ['conmgNm3'],
  kg: ['masskg'],
  s: ['s'],
  1: ['none', 'short', 'percentunit'],
}

/** The words of `"x"`, `/^(a|b)$/` or `/^a$/`. */
function alternatives(quoted: string): readonly string[] {
  return /^["']?(?:\/\^)?\(?(.*?)\)?(?:\$\/)?["']?$/.exec(quoted)![1]!.split('|')
}

function measurementsOf(query: string): readonly string[] {
  const prefix = /FROM \/\^kpi_\(([^)]*)\)\$\//.exec(query)
  if (prefix !== null) return prefix[1]!.split('|').map((window) => `kpi_${window}`)
  return alternatives(/FROM ("[^"]+"|\/[^/]+\/)/.exec(query)![1]!)
}

function kpisOf(query: string): readonly string[] {
  const match = /"kpi" (?:=|=~) ('[^']+'|\/[^/]+\/)/.exec(query)
  return match === null ? [] : alternatives(match[1]!)
}

describe.each(queries)('$name', ({ board, panel, query }) => {
  const measurements = measurementsOf(query)
  const isOfKpis = measurements.every((name) => name.startsWith('kpi_'))

  test('reads measurements of the schema', () => {
    const known = [...WINDOWS.map((window) => `kpi_${window}`), ...METRIC_CLASSES, '$class']
    expect(measurements.filter((name) => !known.includes(name))).toEqual([])
  })

  test('names tags and fields of the schema alone', () => {
    const [, ...afterAs] = query.split(' AS ')
    const own = afterAs.map((text) => /^"([^"]+)"/.exec(text)![1]!)
    const known = [...(isOfKpis ? [...KPI_TAGS, ...KPI_FIELDS] : [...READING_TAGS, ...READING_FIELDS]), ...own]
    const named = [...query.matchAll(/"([^"]+)"/g)].map((match) => match[1]!)
    expect(named.filter((name) => ![...known, ...measurements].includes(name))).toEqual([])
  })

  test('names KPIs that the catalogue has in this window and scope', () => {
    const scope = /"scope" = '(\w+)'/.exec(query)?.[1]
    if (scope !== undefined) expect(SCOPES).toContain(scope)
    for (const name of kpisOf(query)) {
      const info = CATALOGUE.find((one) => one.id === name)
      expect(info, name).toBeDefined()
      expect(
        measurements.map((measurement) => measurement.slice('kpi_'.length)).every((w) => has(info!.windows, w)),
      ).toBe(true)
      expect(scope !== undefined && has(info!.scopes, scope), `${name} in scope ${scope}`).toBe(true)
      expect(UNITS[info!.unit], info!.unit).toContain(panel.fieldConfig!.defaults.unit)
    }
  })

  // On a server that cannot delete, a value that became null still stands.
  test('takes no value that does not count', () => {
    if (query.includes('"value"')) expect(query).toContain('"valid" = true')
    if (query.includes('"value"')) expect(kpisOf(query)).not.toEqual([])
  })

  test('keeps to the range, and leaves what is missing out', () => {
    expect(query).toContain('$timeFilter')
    expect(query.includes('GROUP BY time(')).toBe(query.includes('fill(none)'))
  })

  test('asks of variables that the dashboard has', () => {
    const built = ['timeFilter', '__interval', '__interval_ms']
    const known = [...built, ...board.templating.list.map(({ name }) => name)]
    expect([...query.matchAll(/\$(\w+)/g)].map((match) => match[1]!).filter((name) => !known.includes(name))).toEqual(
      [],
    )
  })
})

function has(list: readonly string[], word: string): boolean {
  return list.includes(word)
}

describe.each(boards)('dashboard $uid', (board) => {
  test('every panel says what it shows, in which unit, and that there are no data instead of 0', () => {
    for (const panel of askingPanels(board)) {
      expect(panel.title).not.toBe('')
      expect(panel.description ?? '', panel.title).not.toBe('')
      expect(panel.fieldConfig!.defaults.unit ?? '', panel.title).not.toBe('')
      expect(panel.fieldConfig!.defaults.noValue, panel.title).toBe('no data')
    }
  })

  test('every curve has a name in its legend', () => {
    const nameless = askingPanels(board).filter((panel) =>
      panel.targets.some(({ alias, resultFormat }) => resultFormat === 'time_series' && alias === ''),
    )
    expect(nameless).toEqual([])
  })

  test('everything comes from the one data source that is provisioned', () => {
    const text = readFileSync(join(GRAFANA, 'provisioning', 'datasources', 'influxdb.yaml'), 'utf8')
    const { datasources } = parse(text) as { datasources: readonly { uid: string; type: string }[] }
    expect(datasources).toHaveLength(1)
    const sources = [...JSON.stringify(board).matchAll(/"datasource":(\{[^}]*\}|"[^"]*")/g)].map((match) => match[1]!)
    expect([...new Set(sources)]).toEqual([JSON.stringify({ type: datasources[0]!.type, uid: datasources[0]!.uid })])
  })

  test('panels have ids of their own', () => {
    const ids = board.panels.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
  })
})

test('each dashboard has a uid and a title of its own', () => {
  expect(boards.map(({ uid }) => uid).sort()).toEqual(['greengauge-gateway', 'greengauge-plant', 'greengauge-readings'])
  expect(new Set(boards.map(({ title }) => title)).size).toBe(boards.length)
})
