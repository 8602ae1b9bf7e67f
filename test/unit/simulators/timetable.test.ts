import { describe, expect, it } from 'vitest'
import { Timetable, type TimetableOptions } from '../../../simulators/timetable.js'

const START = Date.parse('2026-11-24T08:00:02Z')

function timetable(options: Partial<TimetableOptions>): Timetable {
  return new Timetable({
    startedAtMs: START,
    fromMs: START,
    untilMs: null,
    backfillMs: 0,
    periodMs: 5000,
    speed: 1,
    ...options,
  })
}

function instants(table: Timetable, count: number): string[] {
  const found: string[] = []
  for (let ts: number | null = table.firstMs; ts !== null && found.length < count; ts = table.after(ts)) {
    found.push(new Date(ts).toISOString().slice(11, 19))
  }
  return found
}

describe("a device's timetable", () => {
  it('has live samples at multiples of the period from the start on', () => {
    expect(instants(timetable({}), 3)).toEqual(['08:00:05', '08:00:10', '08:00:15'])
  })

  it('has the back-fill at multiples of 15 s, then live samples without a hole', () => {
    const table = timetable({ backfillMs: 40_000 })
    expect(instants(table, 5)).toEqual(['07:59:30', '07:59:45', '08:00:00', '08:00:05', '08:00:10'])
  })

  it('ends with until itself', () => {
    expect(instants(timetable({ untilMs: START + 8000 }), 9)).toEqual(['08:00:05', '08:00:10'])
  })

  it('makes a live sample due at its own time and the back-fill at once', () => {
    const table = timetable({ backfillMs: 40_000 })
    expect(table.due(table.firstMs, START)).toHaveLength(3)
    expect(table.due(table.liveFromMs, START + 2999)).toEqual([])
    expect(table.due(table.liveFromMs, START + 3000)).toEqual([START + 3000])
  })

  it('makes up for an outage in messages of at most 500 samples, none left out', () => {
    const table = timetable({})
    const first = table.due(table.liveFromMs, START + 3_600_000)
    const second = table.due(table.after(first.at(-1)!)!, START + 3_600_000)
    expect([first.length, second.length]).toEqual([500, 220])
    expect(second[0]! - first.at(-1)!).toBe(5000)
  })

  it('plays the past at the speed asked for and never runs ahead of the wall clock', () => {
    const table = timetable({ fromMs: START - 3_600_000, speed: 60 })
    expect(table.dueAt(START - 3_600_000)).toBe(START)
    expect(table.dueAt(START)).toBe(START + 60_000)
    expect(table.dueAt(START + 600_000)).toBe(START + 600_000)
    expect(timetable({ fromMs: START - 3_600_000, speed: Infinity }).dueAt(START)).toBe(START)
  })

  it('numbers live samples without a gap, the same in every run, and the back-fill not at all', () => {
    const table = timetable({ backfillMs: 40_000 })
    const next = table.after(table.liveFromMs)!
    expect(table.seq(table.firstMs)).toBeNull()
    expect(table.seq(next)! - table.seq(table.liveFromMs)!).toBe(1)
    expect(timetable({ fromMs: START - 60_000 }).seq(next)).toBe(table.seq(next))
  })
})
