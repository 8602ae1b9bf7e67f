import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { SOON } from '../support/soon.js'

test('the audit thread ends when it has had nothing to do for a while; the next task starts another', async () => {
  const { AuditWorker } = await import('../../dist/src/audit/audit-worker.js' as string)
  const dir = mkdtempSync(join(tmpdir(), 'greengauge-audit-'))
  onTestFinished(() => rmSync(dir, { recursive: true }))
  const file = join(dir, 'file')
  writeFileSync(file, 'content')
  const worker = new AuditWorker(50)
  expect(worker.isRunning).toBe(false)
  for (let round = 0; round < 2; round++) {
    const measured = await Promise.all([worker.measure(file), worker.measure(file)])
    expect(measured.map(({ bytes }) => bytes)).toEqual([7, 7])
    expect(worker.isRunning).toBe(true)
    await vi.waitFor(() => expect(worker.isRunning).toBe(false), SOON)
  }
  await worker.close()
  await expect(worker.measure(file)).rejects.toThrow('the gateway is being stopped')
})
