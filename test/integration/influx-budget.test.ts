// @module-tag slow

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accounting, readiness, removeData, startGateway, type TestGateway } from '../support/gateway.js'
import { readingsIn } from '../support/influx-contents.js'
import { type Influxd, startInfluxd } from '../support/influxd.js'
import { FIRST_TS, PlantLoad } from '../support/plant-load.js'
import { findServer } from '../support/servers.js'
import { isCurrent, saidOfStore } from '../support/store-watch.js'

const path = findServer('influxd')
const DATABASE = 'greengauge'

let gateway: TestGateway
let server: Influxd
let load: PlantLoad

describe.skipIf(path === null)('an InfluxDB 1.x with a budget of series', () => {
  beforeAll(async () => {
    server = await startInfluxd(path ?? '')
    const influxdb1 = { type: 'influxdb1', url: server.url, database: DATABASE, batch_age_s: 0.1, series_max: 2 }
    gateway = await startGateway({ config: { store: [{ type: 'duckdb' }, influxdb1] } })
    load = new PlantLoad(gateway)
  })
  afterAll(async () => {
    await load.end()
    await gateway.stop('SIGKILL')
    removeData(gateway)
    await server.remove()
  })

  const devicesIn = async () =>
    new Set([...(await readingsIn(server, DATABASE)).keys()].map((key) => key.split(' ')[0]))
  const one = (id: string, at: number) =>
    load.send({ line: 'press', id, class: 'energy' }, [{ ts: FIRST_TS + at, metrics: { oil_temp_c: 1 } }])

  test('takes the first that come; what is beyond is refused and counted, and that is said once', async () => {
    for (const id of ['a', 'b']) {
      await one(id, 0)
      await isCurrent(gateway)
    }
    for (const at of [1, 2, 3]) {
      await one('c', at)
      await one('a', at)
      await isCurrent(gateway)
    }
    expect(await devicesIn()).toEqual(new Set(['a', 'b']))
    const { stores, closes } = await accounting(gateway)
    expect(closes).toBe(true)
    expect(stores.influxdb1?.readings).toEqual({ archived: 8, stored: 5, refused: 3, pending: 0 })
    await expect
      .poll(() => saidOfStore(gateway))
      .toEqual(['influxdb1 is not given all: it would be one series more than the budget of 2 (series_max)'])
    expect((await readiness(gateway)).status).toBe(200)
  })

  test('those that were let in stay in after a restart, and no other comes in their place', async () => {
    await gateway.stop()
    gateway = await gateway.restart()
    await one('c', 4)
    await isCurrent(gateway)
    await one('a', 4)
    await isCurrent(gateway)
    expect(await devicesIn()).toEqual(new Set(['a', 'b']))
    expect((await accounting(gateway)).stores.influxdb1?.readings).toMatchObject({ stored: 6, refused: 4 })
  })
})
