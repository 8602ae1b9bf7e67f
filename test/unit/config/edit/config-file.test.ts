import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { whyReadOnly } from '../../../../src/config/edit/config-file.js'

const folder = mkdtempSync(join(tmpdir(), 'config-file-'))
const file = join(folder, 'greengauge.yaml')
afterAll(() => rmSync(folder, { recursive: true }))

describe('a configuration file', () => {
  test('in UTF-8 can be replaced', () => {
    writeFileSync(file, '# 一厂\nplants: []\n')
    expect(whyReadOnly(file)).toBe('')
  })
  test('in another encoding stays as it is, since its characters would be lost', () => {
    const gbk = Buffer.from([0x23, 0x20, 0xd2, 0xbb, 0xb3, 0xa7, 0x0a])
    writeFileSync(file, gbk)
    expect(whyReadOnly(file)).toContain('is not UTF-8')
  })
})
