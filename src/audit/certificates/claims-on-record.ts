import { DECISION_TYPES } from '../../base/entries.js'
import { entryOf } from '../../base/entry-of.js'
import type { EventItem } from '../../base/records.js'
import { approvedId, entryItemsOf, unapprovedId } from '../entries.js'
import { type CertificateClaim, certificateClaim } from './claim.js'

/** Types of events that say who has a certificate, and whether that still holds. */
export const CERTIFICATE_EVENTS = ['energy_certificate', ...DECISION_TYPES] as const

/** An event with the plant that it is of. */
export interface PlantEventItem {
  readonly plant: string
  readonly event: EventItem
}

/** The claims of certificates that stand, of all plants: neither withdrawn nor rejected, and said by people. */
export function certificateClaims(said: readonly PlantEventItem[]): readonly CertificateClaim[] {
  const byPlant = new Map<string, EventItem[]>()
  for (const { plant, event } of said) entryOf(byPlant, plant, (): EventItem[] => []).push(event)
  return [...byPlant].flatMap(([plant, events]) => claimsOf(plant, events))
}

function claimsOf(plant: string, events: readonly EventItem[]): CertificateClaim[] {
  // An approved claim is as old as its proposal, which has kept the numbers.
  const proposedAt = new Map(
    events.flatMap(({ type, device, id, received_at }) =>
      type === 'proposal' ? [[`${device}/${approvedId(id)}`, received_at] as const] : [],
    ),
  )
  return entryItemsOf(events).flatMap((item) => {
    const { id, type, device, status, origin, author, document, fields, received_at } = item
    if (type !== 'energy_certificate' || status === 'withdrawn' || status === 'rejected') return []
    if (origin?.kind === 'device') return []
    const entry = unapprovedId(id)
    const at = proposedAt.get(`${device}/${id}`) ?? received_at
    const claim = certificateClaim(fields, { plant, entry, author, document, isProposed: status === 'proposed', at })
    return claim ?? []
  })
}
