import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../../src/base/clock.js'
import type { StoreTrial } from '../../src/base/store-trial.js'
import { openInfluxdb1 } from '../../src/stores/influx/influxdb1.js'
import { freePort } from '../support/gateway.js'
import { influxdb1Options } from '../support/influx-options.js'
import { type Influxd, startInfluxd } from '../support/influxd.js'
import { UNITS } from '../support/series.js'
import { findServer } from '../support/servers.js'

/** Proves what a test that writes finds in a real InfluxDB 1.x that asks who we are, and that it leaves nothing there. */

const path = findServer('influxd')
const PASSWORD = 'a-secret-of-the-admin'

describe.skipIf(path === null)('a test that writes to an InfluxDB 1.x', () => {
  let server: Influxd
  beforeAll(async () => {
    server = await startInfluxd(path ?? '', { auth: { username: 'admin', password: PASSWORD } })
    await server.query(`CREATE DATABASE ours; CREATE USER writer WITH PASSWORD 'w'; GRANT WRITE ON ours TO writer`)
  })
  afterAll(() => server.remove())

  async function tried(of: object): Promise<StoreTrial> {
    const options = influxdb1Options({
      url: server.url,
      database: 'ours',
      username: 'admin',
      password: PASSWORD,
      ...of,
    })
    const store = openInfluxdb1(options, { name: 'central', clock: systemClock, units: UNITS })
    return store.tryOut().finally(() => store.close())
  }
  const resultsOf = ({ steps }: StoreTrial) => steps.map(({ step, result }) => `${step} ${result}`)
  const DONE = ['reach done', 'write done', 'read done', 'remove done']

  test('writes, reads and removes; no series is left behind', async () => {
    const trial = await tried({})
    expect({ ...trial, steps: resultsOf(trial) }).toEqual({ isMade: false, steps: DONE })
    expect(await server.query('SHOW SERIES FROM "greengauge_test"', 'ours')).toEqual([[]])
  })

  test('makes the database that is missing, with its retention policies, and says so', async () => {
    const trial = await tried({ database: 'new', readings_retention: '90d', kpi_retention: '3650d' })
    expect({ ...trial, steps: resultsOf(trial) }).toEqual({ isMade: true, steps: DONE })
    const [policies] = await server.query('SHOW RETENTION POLICIES ON "new"')
    expect(policies?.[0]?.values.map(([name]) => name)).toEqual(['autogen', 'greengauge_90d', 'greengauge_3650d'])
  })

  test.each([
    [
      'a wrong password',
      { password: 'another-secret' },
      'user or password is refused (username, password_file): authorization failed',
    ],
    [
      'a database that the user may not make',
      { username: 'writer', password: 'w', database: 'theirs' },
      'there is no database theirs that writer may use',
    ],
    [
      'a password file that is not there',
      { password: undefined, password_file: '/nowhere' },
      'password_file /nowhere cannot be read: ENOENT',
    ],
  ])('%s is told in the words of the server, and no more is tried', async (_name, of, said) => {
    const trial = await tried(of)
    expect(resultsOf(trial)).toEqual(['reach failed'])
    expect(trial.steps[0]?.detail).toContain(said)
    expect(JSON.stringify(trial)).not.toContain('another-secret')
  })

  test('a user who may write and not read is told so, and takes the point away all the same', async () => {
    const trial = await tried({ username: 'writer', password: 'w' })
    expect(resultsOf(trial)).toEqual(['reach done', 'write done', 'read failed', 'remove done'])
    expect(trial.steps[2]?.detail).toContain('writer')
    expect(await server.query('SHOW SERIES FROM "greengauge_test"', 'ours')).toEqual([[]])
  })

  test('nobody there is told at once', async () => {
    const trial = await tried({ url: `http://127.0.0.1:${await freePort()}` })
    expect(trial.steps).toEqual([
      {
        step: 'reach',
        result: 'failed',
        detail: expect.stringMatching(/^the server does not answer \(url\): .*ECONNREFUSED/),
      },
    ])
  })
})
