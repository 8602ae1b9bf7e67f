import { expect, test } from 'vitest'
import { inOrderOfUrgency, type Notification, textOfNotification } from '../../../src/notify/message.js'
import { alarm, hoursAgo, NOW } from './alarms.js'

function message(of: Partial<Notification>): Notification {
  return {
    isTest: false,
    sentAtMs: NOW,
    told: [],
    older: 0,
    language: 'en',
    publicUrl: null,
    plant: () => ({
      name: { en: 'Suzhou Plant 1', zh: '苏州一厂' },
      timezone: 'Asia/Shanghai',
      lines: [{ id: 'press', name: { en: 'Press line', zh: '冲压线' } }],
    }),
    ...of,
  }
}

const raised = { event: 'raised' as const, alarm: alarm('a') }
const publicUrl = 'https://energy.example.com/green/'

test('one alarm says what, where, how much and when, in the language of the channel and the time of the plant', () => {
  expect(textOfNotification(message({ told: [raised], publicUrl }))).toEqual({
    title: 'Greengauge · Major alarm: NOx above 150 (Suzhou Plant 1, boiler-1)',
    items: [
      {
        head: 'Major: NOx above 150 (Suzhou Plant 1, boiler-1)',
        facts: ['Value 163.2 mg/Nm³, limit 150 mg/Nm³', 'Raised 2026-11-25 17:40 (GMT+8)'],
        link: 'https://energy.example.com/green/#/alarms?plant=suzhou-1&alarm=a',
      },
    ],
    rest: [],
    link: null,
  })
  expect(textOfNotification(message({ told: [raised], language: 'zh' }))).toMatchObject({
    title: 'Greengauge · 重要报警：氮氧化物高于 150（苏州一厂，boiler-1）',
    items: [{ facts: ['报警值 163.2 mg/Nm³，限值 150 mg/Nm³', '发生时间 2026-11-25 17:40 (GMT+8)'], link: null }],
  })
})

test('a line goes by its name, a plant by its own alone; a share is a percentage, a silence has no figures', () => {
  const line = alarm('b', { scope: 'line', scope_id: 'press', kpi: 'oee', unit: '1', value: 0.6135, limit: 0.82 })
  const silent = alarm('c', { scope: 'plant', scope_id: 'suzhou-1', kpi: null, severity: 'warning' })
  const told = [line, silent].map((alarm) => ({ event: 'raised' as const, alarm }))
  const [first, second] = textOfNotification(message({ told })).items
  expect(first).toMatchObject({ head: 'Major: NOx above 150 (Suzhou Plant 1, Press line)' })
  expect(first!.facts[0]).toBe('Value 61.35 %, limit 82 %')
  expect(second).toMatchObject({
    head: 'Warning: NOx above 150 (Suzhou Plant 1)',
    facts: ['Raised 2026-11-25 17:40 (GMT+8)'],
  })
})

test('an end is told as one; what never was too', () => {
  const over = alarm('a', { state: 'cleared_unack', raised_at: hoursAgo(2), cleared_at: hoursAgo(1) })
  const cleared = textOfNotification(message({ told: [{ event: 'cleared', alarm: over }] }))
  expect(cleared.title).toBe('Greengauge · Cleared: NOx above 150 (Suzhou Plant 1, boiler-1)')
  expect(cleared.items[0]!.facts[1]).toBe('Raised 2026-11-25 15:40 (GMT+8), cleared 2026-11-25 16:40 (GMT+8)')
  const never = { ...over, state: 'cleared_ack' as const }
  expect(textOfNotification(message({ told: [{ event: 'withdrawn', alarm: never }], language: 'zh' }))).toMatchObject({
    title: 'Greengauge · 已撤销：氮氧化物高于 150（苏州一厂，boiler-1）',
  })
})

test('devices that fell silent together are one', () => {
  const told = Array.from({ length: 51 }, (_, i) => {
    const id = `device-silence.device.m${i}.${NOW - 300_000 + i}`
    const silence = { rule: 'device-silence', kpi: null, scope_id: `m${i}`, line: 'press', value: 360, limit: 300 }
    return { event: 'raised' as const, alarm: alarm(id, silence) }
  })
  const text = textOfNotification(message({ told, publicUrl }))
  expect(text.title).toBe('Greengauge · Major alarm: 51 devices are silent (Suzhou Plant 1, Press line)')
  expect(text.items).toHaveLength(1)
  expect(text.rest).toEqual([])
})

test('a storm is counted, and its worst ten are told', () => {
  const told = Array.from({ length: 47 }, (_, i) => ({
    event: 'raised' as const,
    alarm: alarm(`a${i}`, { severity: i < 2 ? 'critical' : 'minor' }),
  }))
  const text = textOfNotification(message({ told, older: 3, publicUrl }))
  expect(text.title).toBe('Greengauge · 47 alarms: 2 critical, 45 minor')
  expect(text.items).toHaveLength(10)
  expect(text.rest).toEqual(['and 37 more', '3 alarms raised more than an hour ago are not acknowledged yet'])
  expect(text.link).toEqual({ text: 'Open alarms', url: 'https://energy.example.com/green/#/alarms' })
  expect(textOfNotification(message({ told, language: 'zh' })).title).toBe(
    'Greengauge · 47 条报警：紧急 2 条，次要 45 条',
  )
})

test('what needs a person stands first: raised before over, then by severity, then the newest', () => {
  const of = (id: string, more: Parameters<typeof alarm>[1], event: 'raised' | 'cleared' = 'raised') => ({
    event,
    alarm: alarm(id, more),
  })
  const told = [
    of('over', { severity: 'critical' }, 'cleared'),
    of('old', { raised_at: hoursAgo(1) }),
    of('new', {}),
    of('worst', { severity: 'critical', raised_at: hoursAgo(1) }),
  ]
  expect(inOrderOfUrgency(told).map((one) => one.alarm.id)).toEqual(['worst', 'new', 'old', 'over'])
})
