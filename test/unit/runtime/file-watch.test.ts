import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { FileWatch } from '../../../src/runtime/file-watch.js'
import { SOON } from '../../support/soon.js'

test('a file that is not there has not changed; one that comes has', { tags: ['slow'] }, async () => {
  const dir = mkdtempSync(join(tmpdir(), 'watch-'))
  const [missing, there] = [join(dir, 'missing.yaml'), join(dir, 'there.yaml')]
  writeFileSync(there, '')
  const [missingChanged, thereChanged] = [vi.fn(), vi.fn()]
  const watches = [new FileWatch(missingChanged), new FileWatch(thereChanged)] as const
  onTestFinished(() => {
    for (const watch of watches) watch.watch([])
    rmSync(dir, { recursive: true })
  })
  watches[0].watch([missing])
  watches[1].watch([there])

  // Once this one is seen, both have been looked at.
  await vi.waitFor(() => {
    writeFileSync(there, `${Date.now()}`)
    expect(thereChanged).toHaveBeenCalled()
  }, SOON)
  expect(missingChanged).not.toHaveBeenCalled()
  writeFileSync(missing, 'name: {}')
  await vi.waitFor(() => expect(missingChanged).toHaveBeenCalledOnce(), SOON)
})
