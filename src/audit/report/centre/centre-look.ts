import { EVENT_FIELDS, type EventFields } from '../../../base/events.js'
import { compareText } from '../../../base/text-order.js'
import { entryItemsOf, eventItem, unapprovedId } from '../../entries.js'
import type { PlantSpan, ReportSources } from '../sources.js'

/** Functions of a management centre as the gateway found them, and who put that on record. */
export interface CentreLook {
  /** Id of the entry, without what an approval adds to it. */
  readonly entry: string
  /** Epoch ms. */
  readonly atMs: number
  readonly author: string
  readonly said: EventFields<'centre_look'>
}

/** Forms that say which functions of a centre are in use. */
const FORMS: ReadonlySet<string> = new Set(['zero-carbon-factory', 'centre-declaration'])

/** The last one that stands and is known when the report is made; null without one, and in other forms. */
export async function centreLook(
  sources: Pick<ReportSources, 'events'>,
  profile: string,
  span: PlantSpan,
): Promise<CentreLook | null> {
  if (!FORMS.has(profile)) return null
  const events = await sources.events({ ...span, types: ['centre_look', 'withdrawn'] })
  const byTime = entryItemsOf(events.map(eventItem)).toSorted(
    (a, b) => compareText(a.ts, b.ts) || compareText(a.id, b.id),
  )
  const found = byTime.findLast(({ type, status, origin }) => {
    return type === 'centre_look' && status === 'recorded' && origin?.kind === 'person'
  })
  const said = found === undefined ? undefined : EVENT_FIELDS.centre_look.safeParse(found.fields).data
  if (found === undefined || said === undefined) return null
  return { entry: unapprovedId(found.id), atMs: Date.parse(found.ts), author: found.author, said }
}
