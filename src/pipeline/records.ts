import type { Database } from '../archive/database.js'
import { queryEvents } from '../archive/events.js'
import type { SeriesTable } from '../archive/series.js'
import { CERTIFICATE_EVENTS } from '../audit/certificates/claims-on-record.js'
import { eventItem } from '../audit/entries.js'
import { type ListedCorrection, listCorrections, placeOfCorrection } from '../kpi/events/correction-list.js'
import type { RestatementTable } from '../kpi/schedule/restatements.js'
import type { RecordSources } from '../views/sources/records.js'
import type { CorrectionItem } from '../views/wire/records.js'
import type { Configs } from './configs.js'
import type { OperatorActions } from './operator-actions.js'

/** Sources of what is on record of a plant beside readings and figures, out of the database. */
export function recordSources(parts: {
  readonly database: Database
  readonly series: Pick<SeriesTable, 'find'>
  readonly restatements: Pick<RestatementTable, 'list'>
  readonly actions: Pick<OperatorActions, 'submit'>
  readonly configs: Pick<Configs, 'hasFourEyes' | 'plant'>
}): RecordSources {
  return {
    events: async ({ plant, type, device, fromMs, toMs, after, limit }) => {
      const found = await queryEvents(parts.database, {
        types: type === null ? null : [type],
        plant,
        ...(device === null ? {} : { device }),
        fromMs,
        toMs,
        ...(after === null ? {} : { after }),
        limit,
      })
      return found.map(eventItem)
    },
    say: async (event) => {
      if (!(await parts.actions.submit({ what: 'event', event }))) return null
      const { plant, device, id } = event
      const [found] = await queryEvents(parts.database, { types: null, plant, device, id, limit: 1 })
      return found === undefined ? null : eventItem(found)
    },
    certificateStatements: async () => {
      const found = await queryEvents(parts.database, { types: CERTIFICATE_EVENTS })
      return found.map((stored) => ({ plant: stored.plant, event: eventItem(stored) }))
    },
    corrections: async (query) =>
      (await listCorrections(parts.database, parts.series, parts.configs.hasFourEyes, query)).map((one) => ({
        item: correctionItem(one),
        place: placeOfCorrection(one),
      })),
    entryRules: (plant) => {
      const options = parts.configs.plant(plant)
      return {
        fourEyes: options?.four_eyes ?? false,
        tolerancePct: options?.bill_tolerance_pct ?? 2,
        savings: options?.savings.map(({ id }) => id) ?? [],
        certificates: (options?.contracts ?? []).flatMap(({ id: contract, registry, certificates = [] }) =>
          certificates.map((certificate) => ({ contract, certificate, registry })),
        ),
      }
    },
    restatements: async (query) =>
      (await parts.restatements.list(query)).map(({ number, startMs, atMs, ...one }) => ({
        number,
        item: { ...one, start: instant(startMs), at: instant(atMs) },
      })),
  }
}

function correctionItem({ event, fields, at, reading, fault }: ListedCorrection): CorrectionItem {
  return {
    id: event.id,
    line: event.line,
    device: event.device,
    metric: fields.metric,
    at: instant(at),
    reading,
    before: fields.before,
    after: fields.after,
    author: fields.author,
    reason: fields.reason,
    ts: instant(event.ts),
    received_at: instant(event.receivedAt),
    applied: fault === null,
    why: fault ?? '',
  }
}

function instant(ms: number): string {
  return new Date(ms).toISOString()
}
