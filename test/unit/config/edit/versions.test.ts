import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { VERSIONS_BYTES_MAX, VersionStore } from '../../../../src/config/edit/versions.js'

test('versions of a long file are bounded by their bytes, and the newest stays', () => {
  const dir = mkdtempSync(join(tmpdir(), 'greengauge-versions-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  const store = new VersionStore(dir)
  const text = 'x'.repeat(VERSIONS_BYTES_MAX / 4)
  for (let number = 0; number < 6; number++) {
    store.add({ at: '', by: '', how: 'edit', undoes: null, changes: [], hash: '', text })
  }
  expect(store.all().map(({ version }) => version)).toEqual([4, 5, 6])
})
