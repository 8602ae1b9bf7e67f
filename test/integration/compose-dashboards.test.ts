import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { METRIC_CLASSES, METRICS } from '../../src/base/metrics.js'
import { CATALOGUE } from '../../src/kpi/catalogue.js'
import { freePort, until } from '../support/gateway.js'
import { askingPanels, type Board, type Range, readBoards, sentQuery } from '../support/grafana.js'
import { findServer } from '../support/servers.js'

/** The dashboards ask a real InfluxDB what they ask in Grafana, about a few points of each series. */

const program = findServer('influxd')
const STARTS = ['2026-11-24T08:00:00Z', '2026-11-24T09:00:00Z', '2026-11-24T10:00:00Z'].map((text) => Date.parse(text))
const RANGE: Range = { fromMs: STARTS[0]! - 3_600_000, toMs: STARTS[2]! + 3_600_000 }
const PLANT = 'suzhou-1'
/** Value that still stands in a point that no longer counts, on a server that cannot delete. */
const STALE = -999

/** A value, one that late data changed, and one that became null. */
function kpiLines(): string[] {
  const fields = [
    'value=0.5,valid=true,reason="",rev=0,provisional=false',
    'value=0.75,valid=true,reason="",rev=1,provisional=false',
    `value=${STALE},valid=false,reason="low_coverage",rev=2,provisional=false`,
  ]
  const ids = { plant: PLANT, line: 'press', device: 'robot-1' }
  return CATALOGUE.flatMap(({ id: kpi, windows, scopes }) =>
    windows.flatMap((window) =>
      scopes.flatMap((scope) =>
        fields.map((text, i) => {
          const rest = 'numerator=1,denominator=2,coverage=0.9,estimated_share=0,flags="",factors=""'
          return `kpi_${window},id=${ids[scope]},kpi=${kpi},plant=${PLANT},scope=${scope} ${text},${rest} ${STARTS[i]}`
        }),
      ),
    ),
  )
}

function readingLines(): string[] {
  return METRIC_CLASSES.flatMap((cls) => {
    const metrics = [...METRICS].filter(([, { classes }]) => classes.includes(cls))
    const fields = metrics.map(([name, { kind }]) => `${name}=${kind === 'state' ? '"running"' : '12.5'}`)
    const [bad] = metrics[0]!
    return STARTS.map((ts, i) => {
      const quality = i === 0 ? 'good' : `${bad}:calibration`
      return `${cls},device=device-1,line=press,plant=${PLANT} ${fields.join(',')},quality="${quality}" ${ts}`
    })
  })
}

interface Series {
  readonly name: string
  readonly columns: readonly string[]
  readonly values: readonly (readonly (string | number | boolean | null)[])[]
}

describe.skipIf(program === null)('the dashboards on a real InfluxDB', () => {
  let dir: string
  let url: string
  let influxd: ChildProcess

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'greengauge-influxd-'))
    const [http, rpc] = [await freePort(), await freePort()]
    url = `http://127.0.0.1:${http}`
    influxd = spawn(program!, ['run'], {
      stdio: 'ignore',
      env: {
        INFLUXDB_REPORTING_DISABLED: 'true',
        INFLUXDB_BIND_ADDRESS: `127.0.0.1:${rpc}`,
        INFLUXDB_HTTP_BIND_ADDRESS: `127.0.0.1:${http}`,
        INFLUXDB_META_DIR: join(dir, 'meta'),
        INFLUXDB_DATA_DIR: join(dir, 'data'),
        INFLUXDB_DATA_WAL_DIR: join(dir, 'wal'),
        INFLUXDB_MONITOR_STORE_ENABLED: 'false',
        // Otherwise it takes the file of the Debian package.
        INFLUXDB_CONFIG_PATH: '/dev/null',
      },
    })
    await until(() =>
      fetch(`${url}/ping`).then(
        (answer) => answer.ok,
        () => false,
      ),
    )
    await ask('CREATE DATABASE greengauge')
    const lines = [...kpiLines(), ...readingLines()].join('\n')
    const written = await fetch(`${url}/write?db=greengauge&precision=ms`, { method: 'POST', body: lines })
    expect(await written.text()).toBe('')
    expect(written.status).toBe(204)
  })

  afterAll(async () => {
    const exited = new Promise((resolve) => influxd.once('exit', resolve))
    influxd.kill('SIGKILL')
    await exited
    rmSync(dir, { recursive: true, force: true })
  })

  /** The series of the answer; throws with the server's words when it refuses the query. */
  async function ask(query: string): Promise<readonly Series[]> {
    const body = new URLSearchParams({ q: query })
    const answer = await fetch(`${url}/query?db=greengauge&epoch=ms`, { method: 'POST', body })
    const { error, results } = (await answer.json()) as {
      error?: string
      results?: readonly { error?: string; series?: readonly Series[] }[]
    }
    const refusal = error ?? results?.find((result) => result.error !== undefined)?.error
    if (refusal !== undefined) throw new Error(`${refusal}: ${query}`)
    return results!.flatMap((result) => result.series ?? [])
  }

  /** Every choice of variables a person has, one by one for those that take one value, and all for the others. */
  async function choices({ templating }: Board): Promise<ReadonlyMap<string, string>[]> {
    let found: ReadonlyMap<string, string>[] = [new Map()]
    for (const variable of templating.list) {
      const next: ReadonlyMap<string, string>[] = []
      for (const chosen of found) {
        for (const value of variable.multi ? ['.*'] : await valuesOf(variable, chosen)) {
          next.push(new Map([...chosen, [variable.name, value]]))
        }
      }
      found = next
    }
    return found
  }

  async function valuesOf(variable: Board['templating']['list'][number], chosen: ReadonlyMap<string, string>) {
    if (variable.type === 'custom') return variable.query.split(',')
    const series = await ask(sentQuery(variable.query, chosen, RANGE))
    // A row of field keys begins with the name, one of tag values with the key.
    const column = variable.query.startsWith('SHOW FIELD KEYS') ? 0 : 1
    const pattern = new RegExp(variable.regex?.slice(1, -1) ?? '')
    const values = series.flatMap(({ values }) => values.map((row) => String(row[column])))
    const kept = [...new Set(values)].filter((value) => pattern.test(value))
    expect(kept, variable.name).not.toEqual([])
    return kept
  }

  for (const board of readBoards()) {
    test(`${board.title}: every panel gets an answer, and none that does not count`, async () => {
      for (const chosen of await choices(board)) {
        for (const panel of askingPanels(board)) {
          for (const target of panel.targets) {
            const query = sentQuery(target.query, chosen, RANGE)
            const series = await ask(query)
            const rows = series.flatMap(({ values }) => values)
            expect(rows.length, `${panel.title}: ${query}`).toBeGreaterThan(0)
            expect(rows.flat(), query).not.toContain(STALE)
          }
        }
      }
    })
  }

  test('the newest value is the newest that counts', async () => {
    const [series] = await ask(
      `SELECT last("value") FROM "kpi_1h" WHERE "plant" = '${PLANT}' AND "scope" = 'plant' AND "kpi" = 'power_factor' AND "valid" = true`,
    )
    expect(series!.values).toEqual([[STARTS[1], 0.75]])
  })
})
