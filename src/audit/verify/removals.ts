import type { Finding } from '../../base/report.js'
import type { RemovedRows } from '../ledger/entry.js'
import { fails, holds, LISTED_MAX } from './findings.js'

/** Devices of one removal that are named. */
const NAMED_MAX = 20

/** Tells that a day has other rows than its removals say. */
export function shrunkFinding(entry: number, [en, zh]: readonly [en: string, zh: string]): Finding {
  return fails('rows', `entry ${entry}`, { en: `entry ${entry} ${en}`, zh: `第 ${entry} 条：${zh}` })
}

/** Tells that a report rests on what came after its day was let go of. */
export function expiredFinding(
  { number, plant, day, rows_of, rows }: { number: number; plant: string; day: string; rows_of: string; rows: number },
  before: number,
): Finding {
  return fails('rows', `entry ${number}`, {
    en: `entry ${number} seals ${rows} rows (${rows_of}) of ${plant} on ${day}; it had ${before} before they were let go of: the report rests on a part of the day`,
    zh: `第 ${number} 条封存 ${plant} 在 ${day} 的 ${rows} 行（${rows_of}），该日数据清除前为 ${before} 行：报告仅依据该日的一部分`,
  })
}

/** A sealed day, as far as it tells of a removal. */
interface DayOfRemoval {
  readonly number: number
  readonly plant: string
  readonly day: string
  readonly removed?: RemovedRows | undefined
}

interface ToldRemoval extends RemovedRows {
  readonly plant: string
  readonly entries: readonly number[]
}

/** Names what people have removed from the plants of a report up to the end of its period: who, when, why, and how many rows. */
export function* removalFindings(
  days: readonly DayOfRemoval[],
  spans: ReadonlyMap<string, { readonly last: string }>,
): Generator<Finding> {
  const byAct = new Map<string, ToldRemoval>()
  for (const { number, plant, day, removed } of days) {
    const span = spans.get(plant)
    if (removed === undefined || span === undefined || day > span.last) continue
    const key = `${plant} ${removed.act}`
    const known = byAct.get(key)
    byAct.set(key, {
      ...removed,
      plant,
      devices: [...new Set([...(known?.devices ?? []), ...removed.devices])].sort(),
      rows: removed.rows + (known?.rows ?? 0),
      entries: [...(known?.entries ?? []), number],
    })
  }
  const all = [...byAct.values()]
  for (const { plant, at, by, why, devices, metrics, rows, entries } of all.slice(0, LISTED_MAX)) {
    const named = devices.slice(0, NAMED_MAX).join(', ') + (devices.length > NAMED_MAX ? ', …' : '')
    const what = metrics === undefined ? named : `${metrics.join(', ')} of ${named}`
    const whatZh = metrics === undefined ? named : `${named} 的 ${metrics.join('、')}`
    const from = `entry ${entries[0]}`
    yield holds('removed', from, {
      en: `${rows} rows of ${what} of ${plant} were removed by order of ${at}, by ${by || 'nobody named'}, ${why === '' ? 'no reason given' : `because: ${why}`}; the ledger says so from ${from} on, in ${entries.length} entries, with the hash of what went`,
      zh: `${plant} 的 ${whatZh} 共 ${rows} 行数据已按 ${at} 的指令删除，操作人 ${by || '未注明'}，${why === '' ? '未注明原因' : `原因：${why}`}；账本自第 ${entries[0]} 条起以 ${entries.length} 条记录说明，并含被删内容的哈希`,
    })
  }
  if (all.length > LISTED_MAX) {
    const more = all.length - LISTED_MAX
    yield holds('removed', '', { en: `and ${more} more removals`, zh: `另有 ${more} 次删除` })
  }
}
