import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PROPOSAL_REASONS, type ProposalReasonCode, reasonText } from '../../../../src/base/proposal-reasons.js'
import { profilesFolder } from '../../../../src/config/config.js'
import { checkProfile } from '../../../../src/config/profile-check.js'
import { profilesIn } from '../../../../src/config/profile-files.js'
import type { Profile } from '../../../../src/decode/profile/profile.js'
import { IGNORED_MAX, IgnoredNewcomers } from '../../../../src/pipeline/newcomers/ignored.js'
import { unreadTopics } from '../../../../src/pipeline/newcomers/unread-topics.js'

const profiles = new Map(
  profilesIn([profilesFolder]).flatMap((id): [string, Profile][] => {
    const checked = checkProfile(join(profilesFolder, `${id}.yaml`))
    return 'profile' in checked ? [[id, checked.profile]] : []
  }),
)
const waiting = (topic: string, sample: string, second = 0) => ({
  topic,
  sample,
  received_at: new Date(Date.parse('2026-11-24T08:00:05Z') + second * 1000).toISOString(),
})

describe('topics that no profile in use takes', () => {
  test('lead to the profile that reads them, or say what their messages could mean', () => {
    const rows = unreadTopics(
      [
        waiting('zigbee2mqtt/plug-1', '{"energy":1.54,"power":3}', 9),
        waiting('zigbee2mqtt/plug-2', '{"energy":1.54,"power":3}', 3),
        waiting('acme/7/data', '{"power_kW":3.2}'),
        waiting('acme/8/data', '{"power_kW":5}', 1),
        waiting('shop/door', 'open'),
        // Mistyped, and no maker's.
        waiting('plants/p/l', '{"metrics":{}}'),
      ],
      profiles,
      '2026-11-24',
    )
    expect(rows).toMatchObject([
      {
        topic: 'zigbee2mqtt/plug-1',
        topics: ['zigbee2mqtt/plug-1', 'zigbee2mqtt/plug-2'],
        messages: 2,
        since: '2026-11-24T08:00:08.000Z',
        last_seen: '2026-11-24T08:00:14.000Z',
        profile: { value: 'zigbee2mqtt/plug', reasons: [{ code: 'profile_reads' }] },
        prefix: null,
      },
      {
        topic: 'acme/{device}/data',
        messages: 2,
        profile: { value: null, reasons: [{ code: 'profile_unknown' }] },
        values: [{ at: 'power_kW', metric: 'elec_import_kw', unit: 'kW', seen: [3.2, 5] }],
      },
      { topic: 'shop/door', sample: 'open', values: [] },
    ])
  })

  test('are as few as the bounds say, however many come', () => {
    const flood = Array.from({ length: 500 }, (_, i) => waiting(`a/${i}/x${i}`, `{"v${i}":1}`))
    expect(unreadTopics(flood, new Map(), '2026-11-24').length).toBeLessThanOrEqual(100)
  })
})

describe('what is ignored', () => {
  let dir: string
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'ignored-'))
  })
  afterAll(() => rmSync(dir, { recursive: true }))
  const entry = (name: string) => ({ kind: 'device' as const, name, at: '2026-11-24T08:00:00.000Z', by: null })

  test('is remembered, and taken back', () => {
    const path = join(dir, 'a.json')
    IgnoredNewcomers.open(path, writeFileSync).change([entry('p/a'), entry('p/b')], [])
    const again = IgnoredNewcomers.open(path, writeFileSync)
    expect(again.find('device', 'p/a')).toEqual(entry('p/a'))
    again.change([], [entry('p/a')])
    expect(IgnoredNewcomers.open(path, writeFileSync).find('device', 'p/a')).toBeNull()
    expect(IgnoredNewcomers.open(path, writeFileSync).find('topic', 'p/b')).toBeNull()
  })

  test('stays as it was when the disk refuses, and is empty when the file is broken', () => {
    const path = join(dir, 'b.json')
    const full = () => {
      throw new Error('ENOSPC')
    }
    const list = IgnoredNewcomers.open(path, full)
    expect(() => list.change([entry('p/a')], [])).toThrow('ENOSPC')
    expect(list.find('device', 'p/a')).toBeNull()
    writeFileSync(path, '{"half')
    expect(IgnoredNewcomers.open(path, full).find('device', 'p/a')).toBeNull()
  })

  test('is bounded: the oldest are listed again', () => {
    const path = join(dir, 'c.json')
    const list = IgnoredNewcomers.open(path, writeFileSync)
    list.change(
      Array.from({ length: IGNORED_MAX + 5 }, (_, i) => entry(`p/d${i}`)),
      [],
    )
    expect(list.find('device', 'p/d4')).toBeNull()
    expect(list.find('device', 'p/d5')).not.toBeNull()
    expect((JSON.parse(readFileSync(path, 'utf8')) as unknown[]).length).toBe(IGNORED_MAX)
  })
})

test('each reason has words in both languages with the same values', () => {
  for (const code of Object.keys(PROPOSAL_REASONS) as ProposalReasonCode[]) {
    const names = (text: string) => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort()
    const { en, zh } = PROPOSAL_REASONS[code]
    expect(names(zh), code).toEqual(names(en))
  }
  expect(reasonText({ code: 'behind_main', values: { main: 'main-1' } }, 'zh')).toContain('main-1')
})
