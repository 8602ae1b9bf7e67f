import { describe, expect, it } from 'vitest'
import { Bell } from '../../../dashboards/src/alarms/bell.js'
import {
  alarmAsIs,
  groupsOf,
  isNoteRequired,
  isShownIn,
  isUnacknowledged,
  raisedTimes,
  withChanged,
} from '../../../dashboards/src/alarms/groups.js'
import type { AlarmShow } from '../../../dashboards/src/alarms/page.js'
import type { AlarmItem } from '../../../src/base/alarm.js'
import { anAlarm as alarm } from '../../support/alarm.js'

const NOW = Date.parse('2026-11-24T08:42:00Z')
const shelved = { shelved_until: '2026-11-24T12:00:00Z' }
const over = { state: 'cleared_unack', cleared_at: '2026-11-24T08:10:00Z' } as const

/** Ids by group, in their order. */
const listed = (show: AlarmShow, alarms: readonly AlarmItem[]) =>
  groupsOf(show, alarms, NOW).map(({ group, rows }) => [group, rows.map((row) => row.alarm.id)])

describe('the list of alarms', () => {
  const all = [
    alarm('put aside', { rule: '1', ...shelved }),
    alarm('over', { rule: '2', ...over }),
    alarm('seen', { rule: '3', state: 'active_ack' }),
    alarm('old minor', { rule: '4', raised_at: '2026-11-24T07:00:00Z' }),
    alarm('new minor', { rule: '5' }),
    alarm('critical', { rule: '6', severity: 'critical', raised_at: '2026-11-20T00:00:00Z' }),
    alarm('done', { rule: '7', state: 'cleared_ack', cleared_at: '2026-11-24T08:10:00Z' }),
  ]

  it('has what asks for a person first, each group by severity, then the newest first', () => {
    expect(listed('open', all)).toEqual([
      ['active_unack', ['critical', 'new minor', 'old minor']],
      ['active_ack', ['seen']],
      ['cleared_unack', ['over']],
      ['shelved', ['put aside']],
    ])
  })

  it('what is put aside is neither active nor waiting, and comes back when its time is over', () => {
    expect(listed('active', all).flat(2)).not.toContain('put aside')
    expect(listed('unacknowledged', all).flat(2)).not.toContain('put aside')
    expect(listed('shelved', all)).toEqual([['shelved', ['put aside']]])
    expect(isShownIn('active', all[0]!, Date.parse(shelved.shelved_until) - 1)).toBe(false)
    expect(isShownIn('active', all[0]!, Date.parse(shelved.shelved_until))).toBe(true)
  })

  it('history is one list in the order of time, whatever the severity', () => {
    expect(listed('history', [all[3]!, all[5]!, all[6]!])).toEqual([[null, ['done', 'old minor', 'critical']]])
  })

  it('an alarm that came back is one row that stands for all of them; of another device it is another', () => {
    const [group] = groupsOf(
      'open',
      [
        alarm('first', { ...over, raised_at: '2026-11-24T06:00:00Z' }),
        alarm('third', { ...over, raised_at: '2026-11-24T08:05:00Z' }),
        alarm('second', { ...over, raised_at: '2026-11-24T07:00:00Z' }),
        alarm('elsewhere', { ...over, scope: 'device', scope_id: 'd', raised_at: '2026-11-24T05:00:00Z' }),
      ],
      NOW,
    )
    expect(group!.rows.map(({ all: same }) => same.map(({ id }) => id))).toEqual([
      ['third', 'second', 'first'],
      ['elsewhere'],
    ])
  })

  it('one that is active and those before it that are over are told apart, and counted together', () => {
    const now = alarm('now')
    const before = alarm('before', { ...over, raised_at: '2026-11-24T06:00:00Z' })
    expect(listed('open', [now, before])).toEqual([
      ['active_unack', ['now']],
      ['cleared_unack', ['before']],
    ])
    // The same alarm may be known from the list and from history.
    expect([...raisedTimes([now, before, now]).values()]).toEqual([2])
  })
})

describe('a note', () => {
  it.each([
    ['critical', true],
    ['major', true],
    ['minor', false],
    ['warning', false],
  ] as const)('of a %s alarm is required: %s', (severity, isRequired) => {
    expect(isNoteRequired([alarm('a', { severity })])).toBe(isRequired)
  })

  it('is required for all as soon as one of them asks for it', () => {
    expect(isNoteRequired([alarm('a'), alarm('b', { severity: 'major' })])).toBe(true)
    expect(isNoteRequired([])).toBe(false)
  })

  it('an acknowledgement waits for what is over as well', () => {
    expect(isUnacknowledged(alarm('a', over))).toBe(true)
    expect(isUnacknowledged(alarm('a', { state: 'active_ack' }))).toBe(false)
  })
})

describe('history that is on the page', () => {
  const span = { fromMs: Date.parse('2026-11-24T08:00:00Z'), toMs: Date.parse('2026-11-24T09:00:00Z') }

  it('follows an alarm that changes, and takes in one that is raised', () => {
    const acked = alarm('a', { state: 'active_ack' })
    expect(withChanged([alarm('a')], acked, span)).toEqual([acked])
    const later = alarm('b', { raised_at: '2026-11-24T08:30:00Z' })
    expect(withChanged([alarm('a')], later, span).map(({ id }) => id)).toEqual(['b', 'a'])
  })

  it('has none that was over before it begins, or that is raised when it has ended', () => {
    expect(withChanged([], alarm('a', { cleared_at: '2026-11-24T07:59:59Z' }), span)).toEqual([])
    expect(withChanged([], alarm('a', { cleared_at: '2026-11-24T08:00:00Z' }), span)).toHaveLength(1)
    expect(withChanged([], alarm('a', { raised_at: '2026-11-24T09:00:00Z' }), span)).toEqual([])
  })
})

describe('the alarm whose details are open', () => {
  const found = (key: string, value: AlarmItem | null) => ({ key, answer: { kind: 'loaded', value } }) as const
  const acked = alarm('a', { state: 'active_ack' })

  it('is as the list has it, whatever was known of it before a restart of the gateway', () => {
    const open = new Map([['p|a', acked]])
    expect(alarmAsIs('p|a', open, found('p|a', alarm('a')))).toEqual({ kind: 'loaded', value: acked })
  })

  it('is looked for in the past when it is not open, and is never another one', () => {
    expect(alarmAsIs('p|a', new Map(), found('p|a', acked))).toEqual({ kind: 'loaded', value: acked })
    expect(alarmAsIs('p|a', new Map(), found('p|b', alarm('b')))).toEqual({ kind: 'loading' })
    expect(alarmAsIs('p|a', new Map(), found('p|a', null))).toEqual({ kind: 'loaded', value: null })
  })
})

describe('the tone', () => {
  it('is heard at once, again each minute as long as somebody is needed, and at once for the next one', () => {
    const bell = new Bell()
    expect(bell.rings([], 0)).toBe(false)
    expect(bell.rings(['a'], 1_000)).toBe(true)
    expect(bell.rings(['a'], 60_999)).toBe(false)
    expect(bell.rings(['a'], 61_000)).toBe(true)
    expect(bell.rings(['a', 'b'], 62_000)).toBe(true)
    expect(bell.rings([], 200_000)).toBe(false)
    expect(bell.rings(['a'], 201_000)).toBe(true)
  })
})
