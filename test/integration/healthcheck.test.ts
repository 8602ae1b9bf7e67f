import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inFiles, newAuthority, signedBy } from '../support/certificates.js'
import { removeData, startGateway, type TestGateway } from '../support/gateway.js'

/** This script tells an engine of containers whether the gateway lives; it knows the data directory alone. */
const SCRIPT = join(import.meta.dirname, '..', '..', 'docker', 'healthcheck.mjs')

let gateway: TestGateway

beforeAll(async () => {
  const nowMs = Date.now()
  const times = { fromMs: nowMs - 86_400_000, toMs: nowMs + 86_400_000 * 30 }
  const tls = inFiles(await signedBy(await newAuthority(), 'gateway.plant.example', times))
  gateway = await startGateway({ config: { http: { tls } } })
})

afterAll(async () => {
  await gateway.stop()
  removeData(gateway)
})

function checked(dataDir = gateway.dataDir): Promise<{ readonly code: number; readonly why: string }> {
  const env = { PATH: process.env.PATH ?? '', GREENGAUGE_DATA_DIR: dataDir }
  return promisify(execFile)(process.execPath, [SCRIPT], { env }).then(
    () => ({ code: 0, why: '' }),
    ({ code, stderr }: { code: number; stderr: string }) => ({ code, why: stderr }),
  )
}

/** As an engine of containers asks: again, as one answer on a busy machine may take longer than the script waits. */
const isHealthy = () => expect.poll(() => checked()).toEqual({ code: 0, why: '' })

test('a gateway whose port and certificate stand in its file is healthy, and without TLS too', async () => {
  await isHealthy()
  await gateway.stop()
  const port = Number(new URL(gateway.httpUrl).port)
  gateway = await gateway.restart({ http: { port } })
  await isHealthy()
})

test('one that has stopped is not, and one that has not started yet is not', async () => {
  await gateway.stop()
  expect(await checked()).toEqual({ code: 1, why: expect.stringContaining('does not answer') })
  expect(await checked(join(gateway.dir, 'none'))).toEqual({ code: 1, why: expect.stringContaining('not said yet') })
})
