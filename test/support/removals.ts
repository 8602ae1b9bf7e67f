import { join } from 'node:path'
import { expect } from 'vitest'
import type { DayBody } from '../../src/audit/ledger/entry.js'
import { readEntries } from '../../src/audit/ledger/ledger.js'
import type { AuditJob } from '../../src/base/report.js'
import { greengauge } from './cli.js'
import { getJson, type TestGateway, until } from './gateway.js'

/** Questions of the tests of removals to a running gateway. */

/** Status and answer of a POST to the API. */
export async function posted<T>(
  gateway: TestGateway,
  path: string,
  body: object,
): Promise<{ status: number; body: T }> {
  const answer = await fetch(`${gateway.httpUrl}/api/v1${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return { status: answer.status, body: (await answer.json()) as T }
}

/** The work that a POST began, when it has ended. */
export async function ended(gateway: TestGateway, answer: { status: number; body: AuditJob }): Promise<AuditJob> {
  expect(answer).toMatchObject({ status: 202 })
  let job = answer.body
  await until(async () => {
    job = await getJson<AuditJob>(gateway, `/api/v1/audit/jobs/${job.id}`)
    return job.state === 'done' || job.state === 'failed'
  })
  return job
}

/** Days of readings in the ledger, in the order in which they were sealed. */
export async function sealedDaysOf(gateway: TestGateway): Promise<readonly DayBody[]> {
  const found: DayBody[] = []
  for await (const { body } of readEntries(join(gateway.dataDir, 'ledger')))
    if (body.kind === 'day' && body.rows_of === 'reading') found.push(body)
  return found
}

/** Fails unless the command finds nothing wrong with the ledger. */
export async function checkLedger(gateway: TestGateway): Promise<void> {
  const { code, stdout, stderr } = await greengauge('ledger', 'check', '--config', join(gateway.dir, 'greengauge.yaml'))
  expect(code, stdout + stderr).toBe(0)
}
