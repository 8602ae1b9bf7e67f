import { afterAll, beforeAll, describe } from 'vitest'
import { systemClock } from '../../src/base/clock.js'
import { openInfluxdb1 } from '../../src/stores/influx/influxdb1.js'
import { influxdb1Options } from '../support/influx-options.js'
import { type Influxd, startInfluxd } from '../support/influxd.js'
import { UNITS } from '../support/series.js'
import { findServer } from '../support/servers.js'
import { storeSuite } from './store.suite.js'

const path = findServer('influxd')

describe.skipIf(path === null)('InfluxDB 1.x', () => {
  let server: Influxd
  let databases = 0
  beforeAll(async () => {
    server = await startInfluxd(path ?? '')
  })
  afterAll(() => server.remove())

  storeSuite('influxdb1', () => open({}))
  storeSuite('influxdb1 with retention policies', () => open({ readings_retention: '36500d', kpi_retention: '40000d' }))

  async function open(of: object) {
    const options = influxdb1Options({ url: server.url, database: `d${databases++}`, ...of })
    const store = openInfluxdb1(options, { name: 'influxdb1', clock: systemClock, units: UNITS })
    const prepared = await store.prepare('m')
    if (prepared.kind === 'busy') throw new Error(prepared.reason)
    return { history: store, write: store.write.bind(store), close: async () => store.close() }
  }
})
