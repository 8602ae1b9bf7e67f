import type { AuditJob } from '../../src/base/report.js'
import { getJson, type TestGateway, until } from './gateway.js'

/** True when the work that a POST begins is done, false when it is refused or fails. */
export async function jobDone(gateway: TestGateway, path: string, body: object): Promise<boolean> {
  const answer = await fetch(`${gateway.httpUrl}/api/v1${path}`, { method: 'POST', body: JSON.stringify(body) })
  const { id } = (await answer.json()) as AuditJob
  if (answer.status !== 202) return false
  let { state } = await getJson<AuditJob>(gateway, `/api/v1/audit/jobs/${id}`)
  await until(async () => {
    state = (await getJson<AuditJob>(gateway, `/api/v1/audit/jobs/${id}`)).state
    return state === 'done' || state === 'failed'
  })
  return state === 'done'
}
