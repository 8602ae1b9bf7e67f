import { unapprovedId } from '../audit/entries.js'
import { EVENT_FIELDS } from '../base/events.js'
import type { EntryItem } from '../base/wire/entries.js'
import { Calendar } from '../kpi/series/calendar.js'
import type { EntryBody } from './entries.js'
import { type EntrySources, entries, notAfterNow, zoneOf } from './entries-on-record.js'
import { parameterFault } from './parameters.js'
import { ProblemError } from './problem.js'

/** Statements of people about a lot: it was made, or something of a supplier goes into it. */
export type LotBody = Extract<EntryBody, { readonly type: 'production_lot' | 'lot_input' }>

export function isLotBody(body: EntryBody): body is LotBody {
  return body.type === 'production_lot' || body.type === 'lot_input'
}

/**
 * The time that an entry about a lot is of, epoch ms: the beginning of the lot. Throws the 400 for what does not fit together, and the
 * 409 for a lot that is on record already.
 */
export async function lotTime(sources: EntrySources, plant: string, body: LotBody): Promise<number> {
  const known = (await entries(sources, plant)).filter((item) => isStanding(item) && item.fields.lot === body.lot)
  if (body.type === 'lot_input') {
    const [lot] = known
    if (lot !== undefined) return Date.parse(lot.ts)
    throw parameterFault('lot', body.lot, `the number of a lot on record in ${plant}: enter it as production_lot first`)
  }
  const other = known.find(({ id }) => unapprovedId(id) !== body.id)
  if (other !== undefined) {
    throw new ProblemError(
      409,
      `Lot ${body.lot} is on record (entry ${unapprovedId(other.id)}): withdraw that entry first if it was wrong.`,
    )
  }
  const { error } = EVENT_FIELDS.production_lot.safeParse(body)
  const issue = error?.issues[0]
  if (issue !== undefined) {
    const name = String(issue.path[0]) as keyof LotBody
    throw parameterFault(name, body[name], issue.message.replace(/,$/, ''))
  }
  const lines = sources.plants().find(({ id }) => id === plant)?.lines ?? []
  if (!lines.some(({ id }) => id === body.line)) {
    throw parameterFault('line', body.line, `a line of ${plant}: ${lines.map(({ id }) => id).join(', ') || 'none yet'}`)
  }
  const calendar = new Calendar(zoneOf(sources, plant))
  for (const name of ['from', 'to'] as const) {
    const ms = Date.parse(body[name])
    if (calendar.spanAt('1h', ms).startMs !== ms) {
      throw parameterFault(name, body[name], 'a full hour of the plant, such as 2026-10-01T08:00:00+08:00')
    }
  }
  notAfterNow(sources, 'to', body.to, Date.parse(body.to))
  return Date.parse(body.from)
}

function isStanding({ type, status }: EntryItem): boolean {
  return type === 'production_lot' && status !== 'withdrawn' && status !== 'rejected'
}
